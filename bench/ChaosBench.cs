using System.Diagnostics;
using System.Globalization;

namespace PhotoLambda.Bench;

/// <summary>
/// Bulk ingest while its processes are killed at random points of parse, COPY, merge, commit and publishing, and
/// messages come twice and out of order.
/// </summary>
internal static class ChaosBench
{
    private const int Messages = 100_000;
    private const int WarmUp = 4_000;
    private const int InBatch = 100;
    private const int Consumers = 4;
    private const int Kills = 200;

    // Of invocations, so that the kills are spread over most of the messages.
    private const double KilledShare = 0.45;

    // Of what an invocation takes on average, so that slow ones are killed near their end as well.
    private const double Slowest = 1.2;

    // A message of a killed batch comes again after this; the template's is 360, six timeouts of the function.
    private const int VisibilitySeconds = 10;

    // Kills know nothing of receives: with the template's 5, an unlucky message would be in the dead-letter queue.
    private const int MaxReceives = 100;

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        await using var cloud = await IngestCloud.StartAsync(folder.Below("data"), InBatch, null, cancellation);
        await cloud.ConfigureAsync(VisibilitySeconds, MaxReceives, cancellation);
        var invocation = await MeasureAsync(cloud, cancellation);
        var seed = Environment.GetEnvironmentVariable("PHOTOLAMBDA_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        await cloud.SetChaosAsync(string.Create(CultureInfo.InvariantCulture, $$"""
            {"seed": {{seed}}, "queues": ["BulkIngestQueue"], "duplicates": 0.05, "reorder": 0.2,
            "kill": {"function": "BulkIngestFunction", "after_ms": [0, {{invocation}}], "times": {{Kills}},
            "share": {{KilledShare}} } }
            """), cancellation);

        var clock = Stopwatch.StartNew();
        var acked = await cloud.SendAsync(Messages, cancellation);
        var rowsAtLastKill = await KilledAsync(cloud, cancellation);
        await cloud.DrainedAsync(TimeSpan.FromMinutes(20), cancellation);
        var drained = clock.Elapsed;
        var left = await cloud.PublishedAsync(cancellation);
        var published = clock.Elapsed;
        var found = await Accounts.TakeAsync(cloud, Messages, cancellation);

        return new Report(
            $"{Messages:N0} messages through kill -9 of the function, seed {seed}",
            ["", "found", "goal"],
            [
                Accounts.Exactly("kill -9", await cloud.DoneAsync("kills", cancellation), Kills),
                ["rows when the last of them was made", rowsAtLastKill is { } at ? Text(at) : "-", ""],
                ["messages that came twice", Text(await cloud.DoneAsync("duplicates", cancellation)), ""],
                ["messages overtaken", Text(await cloud.DoneAsync("reordered", cancellation)), ""],
                .. found.Rows(acked),
                ["jobs left to the sweep", Text(left), ""],
                ["rows per second, kills and returns included", Text(Messages / drained.TotalSeconds), ""],
                ["seconds until the queue was empty", Text(drained.TotalSeconds), ""],
                ["seconds until all jobs were sent, those of the killed too", Text(published.TotalSeconds), ""],
            ],
            $"Batches of {InBatch}, up to {Consumers} processes of the function (portable build); "
            + $"{KilledShare:P0} of the invocations were to be killed after 0 to {invocation} ms, {Slowest} times as "
            + $"long as one takes; messages of killed batches come again after {VisibilitySeconds} s and up to "
            + $"{MaxReceives} times; a killed publisher's jobs wait a minute; local cloud and PostgreSQL on the "
            + "same machine");
    }

    /// <returns>Milliseconds in which an invocation is done once its process is warm.</returns>
    private static async Task<int> MeasureAsync(IngestCloud cloud, CancellationToken cancellation)
    {
        var sending = cloud.SendAsync(WarmUp, cancellation);
        var clock = Stopwatch.StartNew();
        var (first, start) = (await cloud.UntilRowsAsync(WarmUp / 2, cancellation), clock.Elapsed);
        var (last, end) = (await cloud.UntilRowsAsync(WarmUp - InBatch, cancellation), clock.Elapsed);
        await sending;
        await cloud.DrainedAsync(TimeSpan.FromMinutes(1), cancellation);
        await cloud.EmptyAsync(cancellation);
        return (int)(Slowest * (end - start).TotalMilliseconds * Consumers * InBatch / (last - first));
    }

    /// <returns>How many rows there were when all kills were done; null: the messages ended before.</returns>
    private static async Task<long?> KilledAsync(IngestCloud cloud, CancellationToken cancellation)
    {
        while (await cloud.DoneAsync("kills", cancellation) < Kills)
        {
            if (await cloud.MessagesAsync("BulkIngestQueue", cancellation) == 0)
            {
                return null;
            }

            await Task.Delay(100, cancellation);
        }

        return await cloud.RowsAsync(cancellation);
    }

    private static string Text(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
