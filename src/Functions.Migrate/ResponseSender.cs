using System.Net;
using Microsoft.Extensions.Logging;

namespace PhotoLambda.Migrate;

/// <summary>Puts a response where CloudFormation waits for it, as often as the time allows.</summary>
internal sealed partial class ResponseSender(HttpClient http, ILogger logger)
{
    private static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <exception cref="ResponseLostException">It was refused, or the time is over.</exception>
    public async Task SendAsync(Uri url, byte[] body, DateTimeOffset deadline)
    {
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            var (isFinal, error) = await TryAsync(url, body, deadline);
            if (error is null)
            {
                return;
            }

            Log.NotTaken(logger, attempt, error);
            if (isFinal || DateTimeOffset.UtcNow + pause >= deadline)
            {
                throw new ResponseLostException(attempt, error);
            }

            await Task.Delay(pause);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <returns>What went wrong, never with the URL, whose signature is a secret; null: nothing.</returns>
    private async Task<(bool IsFinal, string? Error)> TryAsync(Uri url, byte[] body, DateTimeOffset deadline)
    {
        // So that one try that hangs leaves time for others.
        var third = (deadline - DateTimeOffset.UtcNow) / 3;
        var limit = third < LongestTry ? third : LongestTry;
        if (limit <= TimeSpan.Zero)
        {
            return (true, "no time is left");
        }

        using var ends = new CancellationTokenSource(limit);
        // Without a Content-Type, since the URL is signed without one.
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent(body) };
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ends.Token);
            return answer.IsSuccessStatusCode
                ? (false, null)
                : (!MayPass(answer.StatusCode), $"status {(int)answer.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            return (false, e.Message);
        }
        catch (OperationCanceledException)
        {
            return (false, $"no answer within {limit.TotalSeconds:0.0} s");
        }
    }

    private static bool MayPass(HttpStatusCode status) =>
        (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "CloudFormation's URL failed in try {Attempt}: {Error}")]
        public static partial void NotTaken(ILogger logger, int attempt, string error);
    }
}

/// <summary>CloudFormation does not know: Lambda invokes the function again, and at last the stack times out.</summary>
internal sealed class ResponseLostException(int tries, string error)
    : Exception($"CloudFormation could not be told the result in {tries} tries: {error}.");
