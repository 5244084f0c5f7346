using System.CommandLine;
using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Cli.Reprocess;

/// <summary><c>photolambda reprocess</c>: has objects read again.</summary>
internal static class ReprocessCommand
{
    // Counting ten million rows takes a while.
    private const int CommandTimeout = 600;

    private static readonly Option<string> Where = new("--where")
    {
        Description = "'version<N': photos that an older extractor read; one more than the newest means all.",
    };

    private static readonly Option<bool> Failed = new("--failed")
    {
        Description = "Photos that are not what they should be, or whose metadata could not be read in all.",
    };

    private static readonly Option<string> Project = new("--project") { Description = "Of this project alone." };

    private static readonly Option<string> Batch = new("--batch")
    {
        Description = "Photos that are being read at a time, 1 to 10000.",
        DefaultValueFactory = _ => "500",
    };

    private static readonly Option<string> Wait = new("--wait")
    {
        Description = "How long a photo may take before it counts as not done, 1s to 1h.",
        DefaultValueFactory = _ => "5m",
    };

    private static readonly Option<bool> Restart = new("--restart")
    {
        Description = "Begins anew where the same command was stopped before.",
    };

    private static readonly Option<bool> Status = new("--status") { Description = "Shows the last runs." };

    public static Command Create()
    {
        var command = new Command("reprocess",
            "Reads objects again. Stopped or killed, it goes on where it was. Ends with 2 when some were not done.")
        {
            Where, Failed, Project, Batch, Wait, Restart, Status, Cloud.Queue,
        };
        command.SetAction((parsed, cancellation) => CommandRun.RunAsync(parsed, (database, console) =>
            parsed.GetValue(Status)
                ? ShowAsync(database, console, cancellation)
                : RunAsync(parsed, database, console, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, DatabaseLogin database, TextWriter console, CancellationToken cancellation)
    {
        var selection = Selection.Read(parsed.GetValue(Where), parsed.GetValue(Failed), parsed.GetValue(Project));
        var batch = Given.Number("--batch", parsed.GetValue(Batch)!, 1, 10_000);
        var wait = Given.Duration(
            "--wait", parsed.GetValue(Wait)!, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        using var cloud = Cloud.Open();
        var looks = cloud.Looks(parsed.GetValue(Cloud.Queue));
        await using var source = WorkerDatabase.Open(database, CommandTimeout);
        await using var connection = await source.OpenConnectionAsync(cancellation);
        var (photos, runs) = (new ReprocessStore(connection, selection), new RunStore(connection));
        if (!await photos.HasProjectAsync(cancellation))
        {
            throw new CommandException($"There is no project {selection.Project}.");
        }

        if (!await runs.TryLockAsync(selection, cancellation))
        {
            throw new CommandException($"The same is running already: {selection}. See --status.");
        }

        if (parsed.GetValue(Restart))
        {
            await runs.DropAsync(selection, cancellation);
        }

        var run = await BeginAsync(photos, runs, selection, console, cancellation);
        var end = await new Reprocessing(photos, runs, looks, console).RunAsync(run, batch, wait, cancellation);
        return end.NotDone == 0 ? CommandRun.Done : CommandRun.Remains;
    }

    private static async Task<Run> BeginAsync(
        ReprocessStore photos, RunStore runs, Selection selection, TextWriter console, CancellationToken cancellation)
    {
        if (await runs.FindOpenAsync(selection, cancellation) is { } open)
        {
            await console.WriteLineAsync($"Going on with {selection} after {Shown.Count(open.Dealt)} of "
                + $"{Shown.Count(open.Total)}, begun {Shown.Instant(open.StartedAt)}.");
            return open;
        }

        var run = await runs.BeginAsync(selection, await photos.CountAsync(cancellation), cancellation);
        await console.WriteLineAsync($"Reading {Shown.Count(run.Total, "photo")} again: {selection}.");
        return run;
    }

    private static async Task<int> ShowAsync(DatabaseLogin database, TextWriter console, CancellationToken cancellation)
    {
        await using var source = WorkerDatabase.Open(database);
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellation);
        var runs = await new RunStore(connection).ListAsync(cancellation);
        if (runs.Count == 0)
        {
            await console.WriteLineAsync("There have been no runs.");
            return CommandRun.Done;
        }

        List<string[]> table = [["selection", "begun", "finished", "photos", "done", "not done"]];
        table.AddRange(runs.Select(r => new[]
        {
            r.Selection, Shown.Instant(r.StartedAt), r.FinishedAt is { } at ? Shown.Instant(at) : "not yet",
            Shown.Count(r.Total), Shown.Count(r.Done), Shown.Count(r.NotDone),
        }));
        await console.WriteAsync(Shown.Table(table, 3, 4, 5));
        return CommandRun.Done;
    }
}
