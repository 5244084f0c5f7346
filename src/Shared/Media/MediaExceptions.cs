namespace PhotoLambda.Media;

/// <summary>
/// What a <see cref="MediaStore"/> cannot do. Wrong arguments are an <see cref="ArgumentException"/> instead, which
/// names the field, its limit and the value.
/// </summary>
public abstract class MediaException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// There is no such medium or project in the caller's organization, or the medium has no such object (yet).
/// </summary>
public sealed class MediaNotFoundException(string message, Exception? inner = null) : MediaException(message, inner);

/// <summary>It is another user's, or everybody's where the caller wants to change it.</summary>
public sealed class MediaNotYoursException(string message) : MediaException(message);

/// <summary>The content is larger than the store takes.</summary>
/// <param name="limit">Bytes.</param>
public sealed class MediaTooLargeException(string message, long limit) : MediaException(message)
{
    /// <summary>Bytes.</summary>
    public long Limit => limit;
}

/// <summary>The content is not of the declared type, or of none that the call or the project takes.</summary>
public sealed class MediaTypeException(string message) : MediaException(message);

/// <summary>The name is taken in the session, or the object is just being deleted or replaced.</summary>
public sealed class MediaConflictException(string message, Exception? inner = null) : MediaException(message, inner);

/// <summary>
/// The object store or the database does not answer in time, or refuses all. The call may be made again: an upload that
/// did arrive is found, and none is stored twice.
/// </summary>
/// <param name="retryAfter">While the bucket's circuit is open; until then calls fail at once.</param>
public sealed class MediaStoreUnavailableException(string message, Exception? inner = null, TimeSpan? retryAfter = null)
    : MediaException(message, inner)
{
    /// <summary>How long the bucket is left alone; null where nobody knows when another try is worth it.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
