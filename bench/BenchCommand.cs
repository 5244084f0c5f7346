using System.Runtime.InteropServices;
using PhotoLambda.Local;

namespace PhotoLambda.Bench;

/// <summary>The command line: the names of benches, or <c>all</c>.</summary>
internal static class BenchCommand
{
    private static readonly (string Name, Func<CancellationToken, Task<Report>> RunAsync)[] Benches =
    [
        ("start", StartBench.RunAsync),
        ("cold", ColdStartBench.RunAsync),
        ("upload", UploadBench.RunAsync),
        ("reads", ReadsBench.RunAsync),
        ("invoke", InvokeBench.RunAsync),
        ("memory", MemoryBench.RunAsync),
        ("metadata", MetadataBench.RunAsync),
        ("photos", PhotosBench.RunAsync),
        ("thumbnails", ThumbnailsBench.RunAsync),
        ("presign", PresignBench.RunAsync),
        ("tickets", TicketsBench.RunAsync),
        ("events", EventsBench.RunAsync),
        ("bulk", BulkBench.RunAsync),
        ("bulk-scale", BulkScaleBench.RunAsync),
        ("chaos", ChaosBench.RunAsync),
        ("outages", OutageBench.RunAsync),
        ("retries", RetriesBench.RunAsync),
        ("expiry", ExpiryBench.RunAsync),
        ("reconcile", ReconcileBench.RunAsync),
        ("media", MediaBench.RunAsync),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        // The bench starts itself as the least program that answers events, to have something to compare with.
        if (args is [BareRuntime.Command, var endpoint])
        {
            BareRuntime.Run(endpoint);
            return 0;
        }

        if (args is [MutantRun.Command])
        {
            MutantRun.Run();
            return 0;
        }

        if (args is [MediaUploads.Command, .. var upload])
        {
            await MediaUploads.RunAsync(upload);
            return 0;
        }

        if (args is [ThumbnailsRun.Command, var library, var photo, var sizes])
        {
            ThumbnailsRun.Run(library, photo, sizes);
            return 0;
        }

        if (args is [HostileThumbnails.Command, var hostileLibrary])
        {
            HostileThumbnails.Run(hostileLibrary);
            return 0;
        }

        var chosen = Benches.Where(b => args.Contains(b.Name) || args.Contains("all")).ToArray();
        if (chosen.Length == 0 || args.Any(a => a != "all" && Benches.All(b => b.Name != a)))
        {
            var names = string.Join(" | ", Benches.Select(b => b.Name));
            await Console.Error.WriteLineAsync($"usage: dotnet run -c Release --project bench -- all | {names}");
            return 2;
        }

        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await RunAsync(chosen, stop.Token);
    }

    private static async Task<int> RunAsync(
        (string Name, Func<CancellationToken, Task<Report>> RunAsync)[] chosen, CancellationToken cancellation)
    {
        try
        {
            Release.Demand();
            foreach (var bench in chosen)
            {
                await Console.Error.WriteLineAsync($"{bench.Name} ...");
                var load = Machine.LoadAverage;
                var report = await bench.RunAsync(cancellation);
                Console.WriteLine(report.Markdown(bench.Name, load));
            }

            return 0;
        }
        catch (Exception e) when (e is BenchException or LocalCloudException or HttpRequestException or IOException)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return 130;
        }
    }
}
