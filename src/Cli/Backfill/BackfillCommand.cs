using System.CommandLine;
using PhotoLambda.Cli.Adoption;
using PhotoLambda.Database;

namespace PhotoLambda.Cli.Backfill;

/// <summary><c>photolambda backfill</c>: registers objects that are in a bucket already.</summary>
internal static class BackfillCommand
{
    // Counting ten million rows takes a while.
    private const int CommandTimeout = 600;

    private static readonly Option<string> Queue = new("--queue")
    {
        Description = $"URL of the queue of descriptors; {BulkQueue.Variable} when not given.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(BulkQueue.Variable) ?? "",
    };

    private static readonly Option<string> BatchId = new("--batch-id")
    {
        Description = "UUID of the batch. Of one that was sent to its end: waits for it, and sends nothing.",
    };

    private static readonly Option<bool> NoWait = new("--no-wait") { Description = "Ends when everything is sent." };

    private static readonly Option<string> Patience = new("--patience")
    {
        Description = "Waits no longer when nothing happened for so long, 1s to 7d.",
        DefaultValueFactory = _ => "1h",
    };

    public static Command Create()
    {
        var command = new Command("backfill",
            "Registers objects that are in a bucket already. Stopped or killed, it may be started again: what is there "
            + "stays as it is. Ends with 2 when some were rejected.")
        {
            BackfillOptions.PlaceArgument, BackfillOptions.InventoryOption, BackfillOptions.OrganizationOption,
            BackfillOptions.ProjectOption, Queue, BackfillOptions.NoInspectOption, BackfillOptions.DetectOption,
            BackfillOptions.PriorityOption, BatchId, NoWait, Patience,
        };
        command.SetAction((parsed, cancellation) => CommandRun.RunAsync(parsed, (database, console) =>
            RunAsync(parsed, database, console, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, DatabaseLogin database, TextWriter console, CancellationToken cancellation)
    {
        var options = BackfillOptions.Read(parsed);
        Guid? id = parsed.GetValue(BatchId) is { } text ? Given.Id(BatchId.Name, text) : null;
        var patience = Given.Duration(
            Patience.Name, parsed.GetValue(Patience)!, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7));
        await using var worker = WorkerDatabase.Open(database, CommandTimeout);
        var batches = new BatchStore(worker);
        var known = id is { } named ? await batches.FindAsync(named, cancellation) : null;
        if (options is null)
        {
            var sent = known ?? throw (id is null
                ? new FormatException("Say which objects: s3://bucket/prefix, or --inventory manifest.json.")
                : new CommandException($"There is no batch {id}."));
            return await new Waiting(batches, console).RunAsync(
                sent.Id, sent.Total ?? throw NotSent(sent), null, patience, cancellation);
        }

        if (known is not null && (known.OrganizationId, known.Source) != (options.Organization, "backfill"))
        {
            throw new CommandException($"The batch {id} is another's. Leave --batch-id out.");
        }

        if (known is { Total: { } total })
        {
            await console.WriteLineAsync($"The batch {id} was sent before; only what became of it is shown.");
            return await new Waiting(batches, console).RunAsync(known.Id, total, null, patience, cancellation);
        }

        using var cloud = Cloud.Open();
        var queue = new BulkQueue(cloud.QueueOf(Queue.Name, parsed.GetValue(Queue), BulkQueue.Variable));
        await using var adoptions = new AdoptionStore(database);
        var backfill = new Backfilling(cloud.Buckets, queue, batches, new Coverage(adoptions, console), console);
        // The numbers of its messages may mean others now: what came of them could not be told apart.
        var batch = known is null ? id ?? Guid.CreateVersion7() : Guid.CreateVersion7();
        if (known is not null)
        {
            await console.WriteLineAsync($"The batch {id} was not sent to its end; all is sent again as {batch}.");
        }

        var (count, parts) = await backfill.SendAsync(options, batch, cancellation);
        if (parsed.GetValue(NoWait))
        {
            await console.WriteLineAsync($"What becomes of them: photolambda backfill --batch-id {batch}");
            return CommandRun.Done;
        }

        return await new Waiting(batches, console).RunAsync(batch, count, parts, patience, cancellation);
    }

    private static CommandException NotSent(Batch batch) => new(
        $"The batch {batch.Id} was not sent to its end. Run the same `photolambda {batch.Source}` again.");
}
