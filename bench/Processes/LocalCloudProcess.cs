using System.Diagnostics;

namespace PhotoLambda.Bench;

/// <summary>The local cloud as a developer starts it: a process, with its functions as processes below it.</summary>
internal sealed class LocalCloudProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Child _process;

    private LocalCloudProcess(Child process, Uri api, TimeSpan startTime)
    {
        _process = process;
        Api = api;
        StartTime = startTime;
    }

    public int Id => _process.Id;

    public Uri Api { get; }

    /// <summary>From before the process was made until <c>/readyz</c> answered 200 to this process.</summary>
    public TimeSpan StartTime { get; }

    /// <param name="database">A database in place of one of its own.</param>
    public static async Task<LocalCloudProcess> StartAsync(
        string dataFolder, CancellationToken cancellation, string? database = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        var program = Release.Program("LocalCloud", "PhotoLambda.LocalCloud");
        var clock = Stopwatch.StartNew();
        var process = Child.Start(
            program,
            ["--port", "0", "--cloud-port", "0", "--data", dataFolder],
            new Dictionary<string, string?> { ["PHOTOLAMBDA_DATABASE_URL"] = database });
        try
        {
            // It says so when /readyz has answered 200 to itself; asking before that would only slow it down.
            await process.LineAsync("PhotoLambda is ready", limit.Token);
            var api = new Uri(await process.LineAsync("  API", limit.Token));
            using var http = new HttpClient { BaseAddress = api };
            using var ready = await http.GetAsync("/readyz", limit.Token);
            ready.EnsureSuccessStatusCode();
            return new LocalCloudProcess(process, api, clock.Elapsed);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            using (process)
            {
                throw process.Failure($"was not ready within {Patience.TotalSeconds} s");
            }
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using (_process)
        {
            await _process.StopAsync(Patience);
        }
    }
}
