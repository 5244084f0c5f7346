using System.Diagnostics;

namespace PhotoLambda.Local;

/// <summary>Asks the API, through its front door, until it says that it is ready.</summary>
internal static class Readiness
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <exception cref="LocalCloudException">It did not become ready.</exception>
    public static async Task WaitAsync(Uri api, Action<string> say, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = api };
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var answer = await AskAsync(http, cancellation);
            if (answer is null)
            {
                say($"the API answered after {clock.Elapsed.TotalSeconds:0.0} s");
                return;
            }

            if (clock.Elapsed > Patience)
            {
                throw new LocalCloudException(
                    $"{api}readyz did not answer 200 within {Patience.TotalSeconds} s; the last answer was: {answer}");
            }

            await Task.Delay(Pause, cancellation);
        }
    }

    /// <returns>Null when ready, else what was answered.</returns>
    private static async Task<string?> AskAsync(HttpClient http, CancellationToken cancellation)
    {
        using var response = await http.GetAsync("/readyz", cancellation);
        return response.IsSuccessStatusCode
            ? null
            : $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellation)}";
    }
}
