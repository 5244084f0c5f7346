using PhotoLambda.Photos;

namespace PhotoLambda.Cli.Backfill;

/// <summary>An object as a listing or an inventory tells of it.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="ETag">Without quotes.</param>
internal readonly record struct FoundObject(string Key, long Size, string ETag, DateTimeOffset Modified);

/// <summary>Tells photos from what else is in a bucket, by key and size, and counts the rest.</summary>
internal sealed class Sieve
{
    private readonly SortedDictionary<string, long> _leftOut = new(StringComparer.Ordinal);

    public long Found { get; private set; }

    /// <summary>By reason.</summary>
    public IReadOnlyDictionary<string, long> LeftOut => _leftOut;

    /// <returns>The type of the photo; null when it cannot be one.</returns>
    public string? TypeOf(FoundObject found)
    {
        Found++;
        var name = found.Key[(found.Key.LastIndexOf('/') + 1)..];
        var type = MimeTypes.OfName(name);
        var reason = found switch
        {
            _ when DerivedKeys.IsDerived(found.Key) => "below thumbnails/ or public/",
            _ when name.Length == 0 => "marker of a folder",
            _ when !Given.IsText(found.Key) => "key that PostgreSQL has no text for",
            _ when type is null => "no photo or sound by its name",
            { Size: 0 } => "empty",
            _ => null,
        };
        if (reason is not null)
        {
            LeaveOut(reason);
        }

        return reason is null ? type : null;
    }

    public void LeaveOut(string reason) => _leftOut[reason] = _leftOut.GetValueOrDefault(reason) + 1;
}
