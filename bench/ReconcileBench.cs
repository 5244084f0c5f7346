using System.Globalization;
using Npgsql;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Bench;

/// <summary>Of the store's events one in a hundred is lost: one plan finds these photos and no other.</summary>
internal static class ReconcileBench
{
    private const int Photos = 50_000;
    private const int Lost = 500;
    private const int Seed = 20261121;

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        await using var server = await PostgresServer.StartAsync(
            PostgresOptions.FromEnvironment(folder.Below("postgres")), _ => { }, cancellation);
        await using var cloud = await LocalCloudProcess.StartAsync(
            folder.Below("data"), cancellation, server.ConnectionString);
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        using var photos = await LosablePhotos.PutAsync(cloud.Api, database, Photos, cancellation);
        var lost = photos.Choose(Lost, new Random(Seed));
        await photos.TellAsync(lost, cancellation);
        await photos.UntilTakenInAsync(Photos - Lost, cancellation);

        var command = new PhotoLambdaProgram(photos, server.ConnectionString);
        var plan = folder.Below("plan.jsonl");
        string[] make = ["--bucket", LosablePhotos.Bucket, "--older-than", "0s", "--plan", plan];
        var planned = await command.RunAsync(2, make);
        var found = PlannedKeys(plan);
        var applied = await command.RunAsync(0, ["--apply", plan]);
        await photos.UntilTakenInAsync(Photos, cancellation);
        var second = await command.RunAsync(null, make);

        var missed = lost.Except(found).Count();
        var wrong = found.Except(lost).Count();
        return new Report(
            $"{Photos} photos, the events of {Lost} lost",
            ["", "found", "goal"],
            [
                ["lost ones that the plan names", Text(Lost - missed), Goal.AtLeast(Lost, Text(Lost), Lost - missed)],
                ["others that it names", Text(wrong), Goal.AtMost(0, "0", wrong)],
                ["lines of a plan after it was applied", Text(PlannedKeys(plan).Count),
                    Goal.AtMost(0, "0", PlannedKeys(plan).Count)],
                ["seconds for the plan / to apply it / for a second plan",
                    $"{planned.Seconds:0.0} / {applied.Seconds:0.0} / {second.Seconds:0.0}", ""],
                ["most resident memory of the command, MB", Text(planned.Megabytes), ""],
            ],
            $"Whole local cloud, database and command on this machine; seed {Seed}");
    }

    private static HashSet<string> PlannedKeys(string plan) =>
        [.. File.ReadLines(plan).Skip(1).SkipLast(1).Select(LosablePhotos.KeyOfLostEvent)];

    private static string Text(double number) => number.ToString("0", CultureInfo.InvariantCulture);
}
