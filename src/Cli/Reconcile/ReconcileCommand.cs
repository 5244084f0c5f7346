using System.CommandLine;
using PhotoLambda.Database;

namespace PhotoLambda.Cli.Reconcile;

/// <summary><c>photolambda reconcile</c>: makes a plan, or applies one.</summary>
internal static class ReconcileCommand
{
    private static readonly Option<string> Bucket = new("--bucket") { Description = "The bucket to compare." };

    private static readonly Option<string> Prefix = new("--prefix")
    {
        Description = "Compares keys with this beginning alone.",
    };

    private static readonly Option<string> OlderThan = new("--older-than")
    {
        Description = "Leaves out what changed later: its event may be under way. 0s to 30d.",
        DefaultValueFactory = _ => "15m",
    };

    private static readonly Option<string> UploadsOlderThan = new("--uploads-older-than")
    {
        Description = "Uploads in parts that were begun later may still go on. 0s to 30d.",
        DefaultValueFactory = _ => "24h",
    };

    private static readonly Option<string> Plan = new("--plan")
    {
        Description = "Compares, and writes what to do to this file. Changes nothing.",
    };

    private static readonly Option<string> Apply = new("--apply")
    {
        Description = "Does what this plan says; may be stopped and repeated.",
    };

    private static readonly Option<string> Actions = new("--actions")
    {
        Description = "Which lines of the plan to do: look, delete, abort, with commas between them.",
    };

    public static Command Create()
    {
        var command = new Command("reconcile",
            "Compares a bucket with the rows. Ends with 0 when they agree, with 2 when the plan has lines.")
        {
            Bucket, Prefix, OlderThan, UploadsOlderThan, Plan, Apply, Actions, Cloud.Queue,
        };
        command.SetAction((parsed, cancellation) => CommandRun.RunAsync(parsed, (database, console) =>
            (parsed.GetValue(Plan), parsed.GetValue(Apply)) switch
            {
                ({ Length: > 0 } plan, null) => PlanAsync(parsed, plan, database, console, cancellation),
                (null, { Length: > 0 } plan) => ApplyAsync(parsed, plan, database, console, cancellation),
                _ => throw new FormatException("Give either --plan FILE, to make a plan, or --apply FILE, to do it."),
            }));
        return command;
    }

    private static async Task<int> PlanAsync(
        ParseResult parsed, string path, DatabaseLogin database, TextWriter console, CancellationToken cancellation)
    {
        Refuse(parsed, "--plan", Actions);
        var longest = TimeSpan.FromDays(30);
        var scope = new PlanScope(
            Given.Bucket(parsed.GetValue(Bucket)),
            Given.Prefix(parsed.GetValue(Prefix)),
            Given.Duration("--older-than", parsed.GetValue(OlderThan)!, TimeSpan.Zero, longest),
            Given.Duration("--uploads-older-than", parsed.GetValue(UploadsOlderThan)!, TimeSpan.Zero, longest));
        using var cloud = Cloud.Open();
        await using var rows = WorkerDatabase.Open(database);
        return await new Planning(cloud.Buckets, rows, console).RunAsync(scope, path, cancellation);
    }

    private static async Task<int> ApplyAsync(
        ParseResult parsed, string path, DatabaseLogin database, TextWriter console, CancellationToken cancellation)
    {
        Refuse(parsed, "--apply", Bucket, Prefix, OlderThan, UploadsOlderThan);
        var actions = ReadActions(parsed.GetValue(Actions));
        using var cloud = Cloud.Open();
        var looks = actions.Contains(PlanAction.Look) ? cloud.Looks(parsed.GetValue(Cloud.Queue)) : null;
        await using var rows = WorkerDatabase.Open(database);
        return await new Application(cloud.Buckets, rows, looks, console).RunAsync(path, actions, cancellation);
    }

    private static void Refuse(ParseResult parsed, string with, params Option<string>[] options)
    {
        if (Array.Find(options, o => parsed.GetResult(o) is { Implicit: false }) is { } option)
        {
            throw new FormatException($"{option.Name} has no meaning with {with}.");
        }
    }

    private static HashSet<string> ReadActions(string? text)
    {
        var actions = text?.Split(',') ?? [.. PlanAction.Applicable];
        return actions.All(PlanAction.Applicable.Contains)
            ? [.. actions]
            : throw new FormatException($"--actions takes {string.Join(", ", PlanAction.Applicable)}, with commas "
                + $"between them; it was '{Shown.Text(text!)}'.");
    }
}
