using System.Diagnostics;
using System.Globalization;
using Npgsql;
using PhotoLambda.Local;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Bench;

/// <summary>Photos whose events wait in the queue, until the function has taken them in and sent their jobs.</summary>
internal static class EventsBench
{
    private const int WarmUp = 2_000;
    private const int Photos = 10_000;
    private const int Instances = 2;
    private const double Wanted = 1_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        List<string[]> rows = [];
        foreach (var batch in (int[])[10, 100])
        {
            rows.Add(await RunAsync(batch, cancellation));
        }

        return new Report(
            "From the queue of the store's events to the detection queue",
            ["messages in a batch", "photos per second", "µs of CPU per photo: function", "store and queues",
                "PostgreSQL", "goal"],
            rows,
            $"{Photos} photos of 128 KiB after {WarmUp} to warm up, {Instances} instances of the function "
            + "(portable build), store, queues, Runtime API and PostgreSQL on the same machine; one range of 64 KiB is read of each");
    }

    private static async Task<string[]> RunAsync(int batch, CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        await using var server = await PostgresServer.StartAsync(
            PostgresOptions.FromEnvironment(folder.Below("postgres")), _ => { }, cancellation);
        await using var cloud = await LocalCloud.StartAsync(
            new LocalCloudOptions(Path.Combine(Release.Root, "template.yaml"), folder.Below("data"))
            {
                Parameters = new Dictionary<string, string>
                {
                    ["ObjectCreatedBatchSize"] = Text(batch),
                    ["ObjectCreatedBatchWindow"] = batch > 10 ? "1" : "0",
                },
                Port = 0,
                CloudPort = 0,
                Attached = ["UploadUrlFunction", "OnObjectCreatedFunction", "SweepFunction"],
                DatabaseUrl = server.ConnectionString,
            },
            _ => { }, cancellation);
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        await WaitingPhotos.PutAsync(cloud, database, WarmUp + Photos, cancellation);

        var instances = Enumerable.Range(0, Instances).Select(_ => Child.Start(
            Release.Program("Functions.OnObjectCreated", "Functions.OnObjectCreated"), [],
            cloud.EnvironmentOf("OnObjectCreatedFunction"))).ToArray();
        try
        {
            await UntilAsync(database, WarmUp, cancellation);
            var first = await DoneAsync(database, cancellation);
            var before = await CpuAsync(instances, database, cancellation);
            var clock = Stopwatch.StartNew();
            await UntilAsync(database, WarmUp + Photos, cancellation);
            var (done, seconds) = (WarmUp + Photos - first, clock.Elapsed.TotalSeconds);
            var after = await CpuAsync(instances, database, cancellation);
            string Each(Func<CpuTimes, TimeSpan> part) =>
                Text((part(after) - part(before)).TotalMicroseconds / done);
            var speed = done / seconds;
            return
            [
                Text(batch), Text(speed), Each(c => c.Function), Each(c => c.Cloud), Each(c => c.Database),
                Goal.AtLeast(Wanted, "1,000", speed),
            ];
        }
        finally
        {
            Array.ForEach(instances, i => i.Dispose());
        }
    }

    private static async Task UntilAsync(NpgsqlDataSource database, int photos, CancellationToken cancellation)
    {
        for (var clock = Stopwatch.StartNew(); await DoneAsync(database, cancellation) < photos;)
        {
            if (clock.Elapsed > Patience)
            {
                throw new BenchException($"{photos} photos were not taken in within {Patience.TotalSeconds} s.");
            }

            await Task.Delay(Interval, cancellation);
        }
    }

    private static async Task<int> DoneAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select count(*) from outbox where published_at is not null");
        return (int)(long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task<CpuTimes> CpuAsync(
        Child[] instances, NpgsqlDataSource database, CancellationToken cancellation) => new(
        instances.Aggregate(TimeSpan.Zero, (sum, i) => sum + CpuTime.Of(i.Id)),
        CpuTime.Of(Environment.ProcessId),
        await CpuTime.OfServerAsync(database, cancellation));

    private static string Text(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private sealed record CpuTimes(TimeSpan Function, TimeSpan Cloud, TimeSpan Database);
}
