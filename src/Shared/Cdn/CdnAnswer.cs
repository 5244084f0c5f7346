using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace PhotoLambda.Cdn;

/// <param name="Body">All of it.</param>
/// <param name="MediaType">As the CDN says; empty where it does not.</param>
/// <param name="RetryAfter">Zero where the CDN does not say.</param>
internal sealed record CdnAnswer(HttpStatusCode Status, byte[] Body, string MediaType, TimeSpan RetryAfter)
{
    private const int LongestMessage = 300;
    private static readonly TimeSpan MostPatience = TimeSpan.FromDays(1);

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>Whether the same request may do better later.</summary>
    public bool MaySucceedLater => Status is HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    public static async Task<CdnAnswer> ReadAsync(
        HttpResponseMessage response, TimeProvider time, CancellationToken cancellation) => new(
            response.StatusCode,
            await response.Content.ReadAsByteArrayAsync(cancellation),
            response.Content.Headers.ContentType?.MediaType ?? "",
            Wait(response.Headers, time));

    /// <returns>Null where the body is no JSON.</returns>
    public JsonDocument? Json()
    {
        try
        {
            return JsonDocument.Parse(Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The CDN refused, or answered what it should not.</summary>
    /// <param name="what">Was asked for: <c>the upload</c>.</param>
    public CdnException Refusal(string provider, string what) =>
        new($"{provider} answered {(int)Status} to {what}: {Message()}")
        {
            IsOutage = MaySucceedLater,
            IsUncertain = (int)Status >= 500,
            RetryAfter = RetryAfter,
        };

    private string Message()
    {
        using var json = Json();
        if (json is null)
        {
            return Body.Length == 0 ? "nothing" : $"{Body.Length} bytes of {(MediaType is "" ? "no type" : MediaType)}";
        }

        if (json.RootElement.ValueKind != JsonValueKind.Object
            || !json.RootElement.TryGetProperty("message", out var message)
            || message.ValueKind != JsonValueKind.String)
        {
            return "JSON without a message";
        }

        // It may repeat the URL of the object, and whoever reads the reason may not read that.
        var text = message.GetString()!.Split('?')[0];
        return text.Length <= LongestMessage ? text : text[..LongestMessage];
    }

    private static TimeSpan Wait(HttpResponseHeaders headers, TimeProvider time)
    {
        var wait = headers.RetryAfter?.Delta ?? headers.RetryAfter?.Date - time.GetUtcNow() ?? OfLimit(headers);
        return wait > TimeSpan.Zero ? wait < MostPatience ? wait : MostPatience : TimeSpan.Zero;
    }

    // ImageKit says it in a header of its own, in milliseconds.
    private static TimeSpan OfLimit(HttpResponseHeaders headers) =>
        headers.NonValidated.TryGetValues("X-RateLimit-Reset", out var values)
        && int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : TimeSpan.Zero;
}
