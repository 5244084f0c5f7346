using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PhotoLambda.Cdn;

namespace PhotoLambda.PublishToCdn;

/// <summary>Has the CDN forget what no photo links to any more.</summary>
/// <param name="publisher">Null: no CDN is configured.</param>
internal sealed partial class Removals(
    RemovalStore assets, ICdnPublisher? publisher, int concurrency, ILogger logger)
{
    /// <returns>None: what failed is in its row, and the sweep asks again.</returns>
    public async Task<IReadOnlyCollection<Guid>> RunAsync(Guid[] ids, PublishCounts counts, InvocationTime time)
    {
        var due = await assets.FindAsync(ids, time.Ends);
        var outcomes = new ConcurrentBag<(Guid Id, string? Error)>();
        await Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = concurrency },
            async (asset, _) => outcomes.Add((asset.Id, await RemoveAsync(asset, time))));
        await assets.MarkAsync(outcomes, time.Ends);
        counts.Removed = outcomes.Count(o => o.Error is null);
        counts.RemoveFailures = outcomes.Count - counts.Removed;
        return [];
    }

    /// <returns>Why it failed; null when it did not.</returns>
    private async Task<string?> RemoveAsync(CdnAsset asset, InvocationTime time)
    {
        if (publisher?.Provider != asset.Provider)
        {
            return publisher is null ? Publications.NoCdn : $"{asset.Provider} is not the CDN that is configured";
        }

        try
        {
            await publisher.RemoveAsync(asset, time.WorkDeadline, time.Ends);
            return null;
        }
        catch (Exception e)
        {
            // The boundary of one asset: it is tried again later, the others go on.
            Log.Left(logger, e, asset.Id);
            return e.Message;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The CDN could not be made to forget asset {AssetId} now")]
        public static partial void Left(ILogger logger, Exception exception, Guid assetId);
    }
}
