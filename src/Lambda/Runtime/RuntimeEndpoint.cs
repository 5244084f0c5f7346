namespace PhotoLambda.Lambda;

/// <summary>Where the Runtime API is, and the client that suits it.</summary>
internal static class RuntimeEndpoint
{
    private const string Variable = "AWS_LAMBDA_RUNTIME_API";

    /// <summary>
    /// Reads <c>host:port</c> as Lambda sets it, or <c>host:port/Function</c> as the AWS .NET Lambda test tool does,
    /// which serves several functions from one port.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is neither.</exception>
    public static Uri Parse(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw new InvalidOperationException($"{Variable} is not set: this program is to be started by Lambda.");
        }

        var text = value.Contains("://", StringComparison.Ordinal) ? value : $"http://{value}";
        return Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address)
            ? address
            : throw new InvalidOperationException($"{Variable} is \"{value}\": expected host:port.");
    }

    /// <summary>
    /// A client for an API that is always on the same host and holds a request for as long as no event comes:
    /// no timeout, no idle limit (the sandbox may be frozen for hours), and nothing that a request would take time for
    /// with no use, as what an <see cref="HttpClient"/> adds.
    /// </summary>
    public static HttpMessageInvoker CreateClient() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
    });
}
