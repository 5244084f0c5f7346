using System.Diagnostics;
using System.Net;

namespace PhotoLambda.Cli.Push;

/// <summary>
/// Sends requests again that may succeed later, with growing pauses, until patience ends. A server that says when to
/// come again is alive: that wait is kept, and does not count.
/// </summary>
/// <param name="server">As messages call it.</param>
internal sealed class Retries(string server, TimeSpan patience)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromHours(1);

    // Whether all are in trouble or one is, these tell.
    private long _answers;

    /// <param name="send">One request; called again for each retry.</param>
    /// <returns>The first answer that another try would not change; the caller's to dispose.</returns>
    /// <exception cref="OutageException">There was none while patience lasted.</exception>
    public async Task<HttpResponseMessage> RunAsync(
        Func<CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellation)
    {
        var trouble = Stopwatch.StartNew();
        var answers = Interlocked.Read(ref _answers);
        for (var attempt = 0; ; attempt++)
        {
            string failure;
            TimeSpan? asked = null;
            var isBusy = false;
            try
            {
                var response = await send(cancellation);
                if (!MaySucceedLater(response.StatusCode))
                {
                    Interlocked.Increment(ref _answers);
                    return response;
                }

                using (response)
                {
                    failure = $"answers {(int)response.StatusCode}";
                    asked = Asked(response);
                    isBusy = response.StatusCode == HttpStatusCode.TooManyRequests && asked is not null;
                }
            }
            catch (HttpRequestException e)
            {
                failure = $"cannot be reached: {e.Message}";
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                failure = "does not answer in time";
            }

            var pause = Jitter(TimeSpan.FromTicks(
                Math.Min(Longest.Ticks, First.Ticks << Math.Min(attempt, 10))));
            if (asked is not null)
            {
                pause = asked.Value + Jitter(First);
            }

            if (isBusy)
            {
                trouble.Restart();
            }
            else if (trouble.Elapsed + pause > patience)
            {
                throw new OutageException($"The {server} {failure}, for {Shown.Duration(patience)} by now.")
                {
                    IsGeneral = Interlocked.Read(ref _answers) == answers,
                };
            }

            await Task.Delay(pause, cancellation);
        }
    }

    private static bool MaySucceedLater(HttpStatusCode status) => status
        is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    private static TimeSpan? Asked(HttpResponseMessage response)
    {
        var after = response.Headers.RetryAfter;
        var wait = after?.Delta ?? after?.Date - DateTimeOffset.UtcNow;
        return wait is null ? null
            : wait < TimeSpan.Zero ? TimeSpan.Zero
            : wait > LongestAsked ? LongestAsked
            : wait;
    }

    // Whoever lost the server at the same moment shall not come back at the same moment.
    private static TimeSpan Jitter(TimeSpan longest) => longest * (0.5 + (Random.Shared.NextDouble() / 2));
}

/// <summary>A server does not do its part; the message says which and how.</summary>
internal sealed class OutageException(string message) : Exception(message)
{
    /// <summary>Nobody got an answer of it meanwhile, whatever it was for.</summary>
    public bool IsGeneral { get; init; }
}
