namespace PhotoLambda.Local.S3;

/// <summary>
/// The condition of a write, asked before the body is read and again when it is committed.
/// Source: AmazonS3/latest/userguide/conditional-writes.html.
/// </summary>
internal sealed class WriteCondition
{
    private readonly string? _ifMatch;
    private readonly bool _ifNoneMatch;
    private bool _checked;

    /// <exception cref="S3Exception">S3 knows only <c>If-None-Match: *</c> on writes.</exception>
    public WriteCondition(string? ifMatch, string? ifNoneMatch)
    {
        if (ifNoneMatch is not (null or "*"))
        {
            throw S3Error.NotImplemented("If-None-Match");
        }

        _ifMatch = ifMatch;
        _ifNoneMatch = ifNoneMatch is not null;
    }

    public static WriteCondition Of(S3Request request) =>
        new(request.Header("If-Match"), request.Header("If-None-Match"));

    /// <exception cref="S3Exception">
    /// 412 when the condition does not hold, 404 for If-Match without an object, 409 when it changed in between.
    /// </exception>
    public void Check(string key, StoredObject? current)
    {
        var again = _checked;
        _checked = true;
        if (_ifNoneMatch && current is not null)
        {
            throw again
                ? S3Error.ConditionalRequestConflict("If-None-Match", key)
                : S3Error.PreconditionFailed("If-None-Match");
        }

        if (_ifMatch is null || (current is not null && EntityTags.Match(_ifMatch, current.ETag)))
        {
            return;
        }

        throw (again, current) switch
        {
            (true, _) => S3Error.ConditionalRequestConflict("If-Match", key),
            (_, null) => S3Error.NoSuchKey(key),
            _ => S3Error.PreconditionFailed("If-Match"),
        };
    }
}

internal static class EntityTags
{
    /// <param name="header">A list of tags, quoted or not, or <c>*</c>.</param>
    public static bool Match(string header, string etag) => header.Split(',', StringSplitOptions.TrimEntries)
        .Any(tag => tag == "*" || (tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag).Trim('"') == etag);
}
