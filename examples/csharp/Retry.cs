using System.Net;

namespace PhotoLambda.Examples;

/// <summary>Sends again what failed for a while only; for requests that do no harm when they are done twice.</summary>
internal static class Retry
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <param name="request">Makes the request anew for each attempt: its content is read but once.</param>
    /// <exception cref="HttpRequestException">No answer came at the last attempt.</exception>
    public static async Task<HttpResponseMessage> SendAsync(
        HttpClient http, int attempts, Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var pause = TimeSpan.FromMilliseconds(100 * Math.Pow(2, attempt) * (1 + Random.Shared.NextDouble()));
            try
            {
                using var message = request();
                var answer = await http.SendAsync(message, cancellation);
                var asked = answer.Headers.RetryAfter?.Delta ?? TimeSpan.Zero;
                if (attempt == attempts || !IsPassing(answer) || asked > LongestPause)
                {
                    return answer;
                }

                answer.Dispose();
                pause = asked > pause ? asked : pause;
            }
            catch (HttpRequestException) when (attempt < attempts)
            {
                // Nothing came back, which does not mean that nothing was done.
            }
            catch (TaskCanceledException e) when (e.InnerException is TimeoutException timeout)
            {
                if (attempt == attempts)
                {
                    throw timeout;
                }
            }

            await Task.Delay(pause, cancellation);
        }
    }

    // The API's conflicts are problems and stay; the store's is an earlier attempt that is still under way.
    private static bool IsPassing(HttpResponseMessage answer) => answer.StatusCode is HttpStatusCode.TooManyRequests
        || (int)answer.StatusCode >= 500
        || (answer.StatusCode == HttpStatusCode.Conflict && !ProblemException.IsProblem(answer));
}
