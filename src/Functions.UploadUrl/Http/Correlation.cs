using System.Buffers;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>The id that ties a request to its log lines, its row and its messages.</summary>
internal static class Correlation
{
    public const string Header = "X-Correlation-Id";
    private const int Longest = 128;

    private static readonly SearchValues<char> Accepted =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/=+");

    /// <summary>Takes the client's id, or makes one where it sent none or one that is unfit for a log line.</summary>
    public static Task AssignAsync(HttpContext http, RequestDelegate next)
    {
        string? sent = http.Request.Headers[Header];
        var fit = sent is { Length: > 0 and <= Longest } && !sent.AsSpan().ContainsAnyExcept(Accepted);
        var id = fit ? sent! : Guid.CreateVersion7().ToString();
        http.Items[Header] = id;
        http.Response.Headers[Header] = id;
        return next(http);
    }

    public static string CorrelationId(this HttpContext http) => (string)http.Items[Header]!;
}
