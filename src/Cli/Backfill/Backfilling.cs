using System.Runtime.CompilerServices;
using PhotoLambda.Bulk;
using PhotoLambda.S3;

namespace PhotoLambda.Cli.Backfill;

/// <summary>Finds objects and sends their descriptors as a batch.</summary>
internal sealed class Backfilling(
    Buckets buckets, BulkQueue queue, BatchStore batches, Coverage coverage, TextWriter console)
{
    /// <param name="batch">Is not there yet.</param>
    /// <returns>How many descriptors were sent, in how many messages.</returns>
    /// <exception cref="StoppedException">The user stopped it; what was sent is registered.</exception>
    public async Task<(long Sent, int Parts)> SendAsync(
        BackfillOptions options, Guid batch, CancellationToken cancellation)
    {
        if (!await batches.HasProjectAsync(options.Organization, options.Project, cancellation))
        {
            throw new CommandException(
                $"The organization {Shown.Text(options.Organization)} has no project {options.Project}.");
        }

        var sieve = new Sieve();
        var (place, objects) = await FindAsync(options, sieve, cancellation);
        await coverage.CoverAsync(place, options.Organization, options.Project, cancellation);
        await batches.BeginAsync(batch, options.Organization, "backfill", cancellation);
        await console.WriteLineAsync($"Batch {batch}: {place}. Stopped or killed, the same command begins it again; "
            + "what is registered already stays as it is.");
        using var writer = new DescriptorWriter(
            place.Bucket, options.Project, options.DetectionTypes, options.Priority);
        var messages = new BulkMessages(options.Organization, batch, inspect: options.Inspect);
        var progress = new Progress(console);
        var registration = new Registration(queue, messages, writer, sieve, progress);
        try
        {
            await registration.RunAsync(objects, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new StoppedException($"Stopped. {Again(registration)}");
        }
        catch (CommandException e)
        {
            throw new CommandException($"{e.Message} {Again(registration)}");
        }

        await batches.FinishAsync(batch, registration.Sent, cancellation);
        Say(progress, sieve, registration.Sent, messages.Parts);
        return (registration.Sent, messages.Parts);
    }

    private static string Again(Registration registration) =>
        $"{Shown.Count(registration.Sent, "object")} were sent and will be registered; "
        + "the same command begins again, which does them no harm.";

    private static void Say(Progress progress, Sieve sieve, long sent, int parts)
    {
        progress.Say($"{Shown.Count(sent, "object")} sent in {Shown.Count(parts, "message")}.");
        foreach (var (reason, count) in sieve.LeftOut)
        {
            progress.Say($"Left out: {Shown.Count(count)}, {reason}.");
        }
    }

    private async Task<(S3Place Place, IAsyncEnumerable<FoundObject> Objects)> FindAsync(
        BackfillOptions options, Sieve sieve, CancellationToken cancellation)
    {
        if (options.Inventory is not { } manifest)
        {
            return (options.Place!, ListAsync(options.Place!, cancellation));
        }

        var inventory = await Inventory.OpenAsync(new InventoryFiles(manifest, buckets), cancellation);
        var place = options.Place ?? new S3Place(inventory.Bucket, "");
        return place.Bucket == inventory.Bucket
            ? (place, inventory.ObjectsAsync(place.Key, sieve, cancellation))
            : throw new CommandException(
                $"{inventory.Name} is an inventory of the bucket {inventory.Bucket}, not of {place.Bucket}.");
    }

    private async IAsyncEnumerable<FoundObject> ListAsync(
        S3Place place, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var lister = new BucketLister(buckets.Of(place.Bucket), place.Bucket);
        await foreach (var item in lister.ObjectsAsync(place.Key, cancellation))
        {
            yield return new FoundObject(item.Key, item.Size, item.ETag, item.Modified);
        }
    }
}
