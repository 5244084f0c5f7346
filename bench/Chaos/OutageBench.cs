using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace PhotoLambda.Bench;

/// <summary>Bulk ingest while PostgreSQL crashes and comes back.</summary>
internal static class OutageBench
{
    private const int Messages = 20_000;
    private const int WarmUp = 5_000;
    private const int Stops = 20;

    // Small, so that the messages last for all stops.
    private const int InBatch = 10;

    // In milliseconds.
    private const int LongestOutage = 1_000;
    private const int LongestCalm = 300;

    // A message whose batch could not wait for the database comes again after this. Five times, as in the template.
    private const int VisibilitySeconds = 10;
    private const int MaxReceives = 5;

    // Of the rate without a stop: that of half a second is not the same twice.
    private const double Full = 0.8;

    private const double GoalSeconds = 5;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        await using var server = await CrashableServer.NewAsync(folder.Below("postgres"), cancellation);
        await using var cloud = await IngestCloud.StartAsync(
            folder.Below("data"), InBatch, server.ConnectionString, cancellation);
        await cloud.ConfigureAsync(VisibilitySeconds, MaxReceives, cancellation);
        await cloud.SendAsync(WarmUp, cancellation);
        await cloud.UntilRowsAsync(WarmUp / 2, cancellation);
        var calm = await RateAsync(cloud, WarmUp - InBatch, cancellation);
        await cloud.DrainedAsync(Patience, cancellation);
        await cloud.EmptyAsync(cancellation);

        var clock = Stopwatch.StartNew();
        var acked = await cloud.SendAsync(Messages, cancellation);
        // The higher of two, since other work on the machine only lowers it.
        var full = Math.Max(calm, await RateAsync(cloud, await cloud.RowsAsync(cancellation) + 1_000, cancellation));
        var (starting, recovering) = (new Samples(), new Samples());
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var stop = 0; stop < Stops; stop++)
        {
            await Task.Delay(random.Next(LongestCalm), cancellation);
            if (await cloud.RowsAsync(cancellation) == Messages)
            {
                throw new BenchException($"All messages were done before stop {stop + 1} of {Stops}.");
            }

            await server.CrashAsync(cancellation);
            await Task.Delay(random.Next(LongestOutage), cancellation);
            var start = Stopwatch.StartNew();
            await server.StartAsync(cancellation);
            starting.Add(start.Elapsed.TotalSeconds);
            recovering.Add(await RecoveredAsync(cloud, full * Full, cancellation));
        }

        var rowsAtLast = await cloud.RowsAsync(cancellation);
        await cloud.DrainedAsync(TimeSpan.FromMinutes(5), cancellation);
        var drained = clock.Elapsed;
        var left = await cloud.PublishedAsync(cancellation);
        var found = await Accounts.TakeAsync(cloud, Messages, cancellation);
        return new Report(
            $"{Messages:N0} messages while PostgreSQL is stopped `immediate` {Stops} times, seed {seed}",
            ["", "found", "goal"],
            [
                ["rows per second without a stop", Text(full, "N0"), ""],
                ["seconds until PostgreSQL takes connections again: p50, longest",
                    $"{Text(starting.Median)}, {Text(starting.Max)}", ""],
                ["seconds from then to the full rate: p50", Text(recovering.Median), ""],
                ["seconds from then to the full rate: longest", Text(recovering.Max),
                    Goal.AtMost(GoalSeconds, "5", recovering.Max)],
                ["rows when the rate was full after the last stop", Text(rowsAtLast, "N0"), ""],
                .. found.Rows(acked),
                ["jobs left to the sweep", Text(left, "N0"), ""],
                ["seconds until the queue was empty", Text(drained.TotalSeconds), ""],
            ],
            $"Batches of {InBatch}, up to 4 processes of the function (portable build); down for up to "
            + $"{LongestOutage} ms, and again up to {LongestCalm} ms after the rate of half a second was {Full:P0} of "
            + "that without a stop, which these times end with; local cloud and PostgreSQL on the same machine");
    }

    /// <returns>Rows per second from now until there are so many.</returns>
    private static async Task<double> RateAsync(IngestCloud cloud, long until, CancellationToken cancellation)
    {
        var (before, clock) = (await cloud.RowsAsync(cancellation), Stopwatch.StartNew());
        return (await cloud.UntilRowsAsync(until, cancellation) - before) / clock.Elapsed.TotalSeconds;
    }

    /// <returns>Seconds until the rows of the last half second came at this rate.</returns>
    private static async Task<double> RecoveredAsync(IngestCloud cloud, double rate, CancellationToken cancellation)
    {
        var seen = new Queue<(TimeSpan At, long Rows)>();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; await Task.Delay(20, cancellation))
        {
            try
            {
                var rows = await cloud.RowsAsync(cancellation);
                var now = clock.Elapsed;
                seen.Enqueue((now, rows));
                while (seen.Peek() is var then && now - then.At >= Window)
                {
                    if ((rows - then.Rows) / (now - then.At).TotalSeconds >= rate)
                    {
                        return now.TotalSeconds;
                    }

                    seen.Dequeue();
                }
            }
            catch (NpgsqlException)
            {
                // A connection of before the stop.
            }
        }

        throw new BenchException($"The rate was not {rate:N0} rows per second within {Patience.TotalSeconds} s.");
    }

    private static string Text(double number, string format = "0.00") =>
        number.ToString(format, CultureInfo.InvariantCulture);
}
