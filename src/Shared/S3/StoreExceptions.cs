using System.Net;

namespace PhotoLambda.S3;

/// <summary>The key is taken: by other content, or by somebody else.</summary>
internal sealed class ObjectExistsException(string message) : Exception(message);

/// <param name="limit">Bytes.</param>
internal sealed class ObjectTooLargeException(long limit) : Exception($"The content has more than {limit} bytes.")
{
    public long Limit => limit;
}

/// <summary>The content has no bytes.</summary>
internal sealed class EmptyObjectException() : Exception("The content is empty: 0 bytes.");

/// <summary>There is no such object.</summary>
internal sealed class ObjectMissingException(string message) : Exception(message);

/// <summary>The object is no longer the version that was asked for.</summary>
internal sealed class ObjectChangedException(string message) : Exception(message);

/// <summary>The store understood, and will not: another try would not change it.</summary>
/// <param name="code">S3's word for it; null when it gave none.</param>
internal sealed class StoreRefusedException(string message, HttpStatusCode status, string? code) : Exception(message)
{
    public HttpStatusCode Status => status;

    public string? Code => code;
}

/// <summary>The store does not answer, or says that it cannot at the moment, and retries did not help.</summary>
/// <param name="retryAfter">While the bucket's circuit is open: the time until it is tried again.</param>
internal sealed class StoreUnavailableException(string message, Exception? inner = null, TimeSpan? retryAfter = null)
    : Exception(message, inner)
{
    public TimeSpan? RetryAfter => retryAfter;
}
