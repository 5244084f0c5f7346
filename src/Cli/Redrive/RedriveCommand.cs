using System.CommandLine;
using PhotoLambda.Cli.Backfill;
using PhotoLambda.Database;
using PhotoLambda.Sqs;

namespace PhotoLambda.Cli.Redrive;

/// <summary><c>photolambda redrive</c>: brings back what was given up.</summary>
internal static class RedriveCommand
{
    private const int CommandTimeout = 600;

    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Shows what there is, of all kinds unless one is named. Changes nothing.",
    };

    private static readonly Option<string> Queue = new("--queue")
    {
        Description = $"{string.Join(", ", QueueNames.All.Keys)}: messages of its dead-letter queue go back to it.",
    };

    private static readonly Option<string> From = new("--from") { Description = "URL of a dead-letter queue." };

    private static readonly Option<string> To = new("--to")
    {
        Description = $"URL of the queue that they go to; of --rejects {BulkQueue.Variable} when not given.",
    };

    private static readonly Option<bool> Rejects = new("--rejects")
    {
        Description = "Rejected descriptors and messages are sent again.",
    };

    private static readonly Option<string> Batch = new("--batch") { Description = "Rejects of this batch alone." };

    private static readonly Option<string> SqlState = new("--sqlstate")
    {
        Description = "Rejects with this code alone.",
    };

    private static readonly Option<string> Since = new("--since")
    {
        Description = "Rejects of so long ago at most, 1s to 365d.",
    };

    private static readonly Option<string> Organization = new("--organization")
    {
        Description = "Rejects of this organization alone.",
    };

    private static readonly Option<string> Limit = new("--limit")
    {
        Description = "Messages or rejects at most, 1 to 1000000000.",
        DefaultValueFactory = _ => "1000000000",
    };

    public static Command Create()
    {
        var command = new Command("redrive",
            "Sends messages that were received too often, or descriptors that were rejected, again. Stopped or killed, "
            + "it loses none. Ends with 2 when some cannot be sent.")
        {
            DryRun, Queue, From, To, Rejects, Batch, SqlState, Since, Organization, Limit,
        };
        command.SetAction((parsed, cancellation) => CommandRun.RunAsync(parsed, (database, console) =>
            RunAsync(parsed, database, console, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, DatabaseLogin database, TextWriter console, CancellationToken cancellation)
    {
        var (queue, from, isDry) = (parsed.GetValue(Queue), parsed.GetValue(From), parsed.GetValue(DryRun));
        var isOfRejects = parsed.GetValue(Rejects);
        var isAll = queue is null && from is null && !isOfRejects;
        if (isAll && !isDry)
        {
            throw new FormatException("Say what: --queue NAME, --from URL --to URL, --rejects, or --dry-run for all.");
        }

        if ((queue is null ? 0 : 1) + (from is null ? 0 : 1) + (isOfRejects ? 1 : 0) > 1)
        {
            throw new FormatException("--queue, --from and --rejects cannot be given together.");
        }

        if (queue is not null && parsed.GetValue(To) is not null)
        {
            throw new FormatException("--to has no meaning with --queue.");
        }

        var filter = ReadFilter(parsed, isAll || isOfRejects);
        var limit = Given.Number(Limit.Name, parsed.GetValue(Limit)!, 1, 1_000_000_000);
        using var cloud = Cloud.Open();
        await using var worker = WorkerDatabase.Open(database, CommandTimeout);
        var rejects = new RejectStore(worker);
        if (isDry)
        {
            var show = new DryRun(cloud, rejects, console);
            await show.RunAsync(queue, from, isAll, isAll || isOfRejects ? filter : null, cancellation);
            return CommandRun.Done;
        }

        return isOfRejects
            ? await SendAsync(
                ReadQueue(parsed, cloud), rejects, new BatchStore(worker), filter, limit, console, cancellation)
            : await MoveAsync(parsed, cloud, limit, console, cancellation);
    }

    private static BulkQueue ReadQueue(ParseResult parsed, Cloud cloud) => new(cloud.QueueOf(
        To.Name, parsed.GetValue(To) ?? Environment.GetEnvironmentVariable(BulkQueue.Variable), BulkQueue.Variable));

    private static async Task<int> MoveAsync(
        ParseResult parsed, Cloud cloud, int limit, TextWriter console, CancellationToken cancellation)
    {
        QueueClient from, to;
        if (parsed.GetValue(Queue) is { } name)
        {
            to = QueueNames.Open(cloud, name);
            from = cloud.QueueOf(From.Name, await DeadLetters.UrlOfAsync(to, name, cancellation), "");
        }
        else
        {
            var (url, target) = (parsed.GetValue(From)!, parsed.GetValue(To));
            from = cloud.QueueOf(From.Name, url, "");
            to = target is not null && target != url
                ? cloud.QueueOf(To.Name, target, "")
                : throw new FormatException("--from needs --to, the URL of another queue.");
        }

        var progress = new Progress(console);
        var letters = new DeadLetters(from, to, progress);
        var moved = await letters.MoveAsync(limit, cancellation);
        progress.Say($"{Shown.Count(moved, "message")} moved.");
        if (moved == limit || await letters.HiddenAsync(cancellation) is not (> 0 and var hidden))
        {
            return CommandRun.Done;
        }

        progress.Say($"About {Shown.Count(hidden)} are hidden: somebody else receives them, or a run that was killed "
            + "did. The same command finds them later.");
        return CommandRun.Remains;
    }

    private static async Task<int> SendAsync(
        BulkQueue queue, RejectStore rejects, BatchStore batches, RejectFilter filter, int limit, TextWriter console,
        CancellationToken cancellation)
    {
        var progress = new Progress(console);
        var redrive = new RejectRedrive(queue, rejects, batches, progress);
        await redrive.RunAsync(filter, limit, cancellation);
        progress.Say($"{Shown.Count(redrive.Sent, "reject")} sent again."
            + (redrive.Left > 0 ? $" {Shown.Count(redrive.Left)} larger than a message may be; they stay." : ""));
        return redrive.Left == 0 ? CommandRun.Done : CommandRun.Remains;
    }

    private static RejectFilter ReadFilter(ParseResult parsed, bool isMeant)
    {
        Option<string>[] options = [Batch, SqlState, Since, Organization];
        if (!isMeant && Array.Find(options, o => parsed.GetValue(o) is not null) is { } option)
        {
            throw new FormatException($"{option.Name} has no meaning without --rejects.");
        }

        var state = parsed.GetValue(SqlState);
        if (state is not null && !(state.Length == 5 && state.All(char.IsAsciiLetterOrDigit)))
        {
            throw new FormatException($"--sqlstate must be 5 letters and digits; it was '{Shown.Text(state)}'.");
        }

        return new RejectFilter(
            parsed.GetValue(Batch) is { } id ? Given.Id(Batch.Name, id) : null,
            state?.ToUpperInvariant(),
            parsed.GetValue(Since) is { } since
                ? DateTimeOffset.UtcNow
                    - Given.Duration(Since.Name, since, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365))
                : null,
            parsed.GetValue(Organization));
    }
}
