namespace PhotoLambda.Local.S3;

/// <summary>A request that is refused: the status and the words of S3's error document.</summary>
/// <param name="status">HTTP status code.</param>
/// <param name="code">S3's error code, e.g. <c>NoSuchKey</c>.</param>
/// <param name="details">Elements that S3 adds to this error, after the message.</param>
internal sealed class S3Exception(
    int status, string code, string message, params (string Name, string Value)[] details) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public IReadOnlyList<(string Name, string Value)> Details { get; } = details;
}
