namespace PhotoLambda.Sqs;

/// <summary>SQS refused a request or could not serve it.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">The error code of the API, for example <c>QueueDoesNotExist</c>.</param>
internal sealed class SqsException(int status, string code, string message) : Exception($"{code}: {message}")
{
    public int Status => status;

    public string Code => code;

    /// <summary>True: the same request may succeed later.</summary>
    public bool IsTransient => status is >= 500 or 429 || code.Contains("Throttl", StringComparison.Ordinal);
}
