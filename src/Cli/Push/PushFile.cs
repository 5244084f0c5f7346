namespace PhotoLambda.Cli.Push;

/// <summary>A file of which the server shall have a photo.</summary>
/// <param name="Path">From the journal's folder, with slashes: its name in journal, receipt and retry list.</param>
/// <param name="Place">Where it is opened.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ModifiedAt">UTC.</param>
/// <param name="SessionId">Its own; null: that of the push.</param>
internal sealed record PushFile(
    string Path, string Place, long Size, DateTime ModifiedAt, string MimeType, string? SessionId)
{
    // As the API has it (docs/openapi.json).
    public const long LeastBytes = 1024;

    /// <summary>
    /// The last part of the path, as the API takes names: a file system allows line breaks and backslashes in them.
    /// </summary>
    public string Name
    {
        get
        {
            var name = System.IO.Path.GetFileName(Place);
            var fit = string.Concat(name.Select(c =>
                c is '/' or '\\' or '\u2028' or '\u2029' || char.IsControl(c) ? '_' : c));
            return string.IsNullOrWhiteSpace(fit) ? "_" : fit;
        }
    }

    /// <returns>False when it is another file by now, or gone.</returns>
    public bool IsUnchanged() => Links.Follow(Place) is FileInfo info
        && info.Length == Size && info.LastWriteTimeUtc == ModifiedAt;
}

/// <summary>What is to be pushed, and what is not.</summary>
internal sealed class Selected
{
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);

    public List<PushFile> Files { get; } = [];

    /// <summary>Should be pushed and cannot.</summary>
    public List<(string Path, string Reason)> Refused { get; } = [];

    /// <summary>Reasons and counts.</summary>
    public SortedDictionary<string, int> Skipped { get; } = new(StringComparer.Ordinal);

    public void Skip(string reason) => Skipped[reason] = Skipped.GetValueOrDefault(reason) + 1;

    /// <summary>Takes a file that is there, a photo or sound or not.</summary>
    /// <param name="isNamed">The user named it, so it shall be a photo or sound.</param>
    public async Task AddAsync(
        string path, string place, FileInfo info, bool isNamed, string? session, CancellationToken cancellation)
    {
        if (!_paths.Add(path))
        {
            Skip("listed more than once");
            return;
        }

        try
        {
            var found = await MediaFile.LookAsync(place, info.Length, cancellation);
            if (found.MimeType is not null)
            {
                Files.Add(new PushFile(
                    path, place, info.Length, info.LastWriteTimeUtc, found.MimeType, session));
            }
            else if (isNamed || found.IsMedia)
            {
                Refused.Add((path, found.Reason!));
            }
            else
            {
                Skip(found.Reason!);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refused.Add((path, $"cannot be read: {e.Message}"));
        }
    }
}
