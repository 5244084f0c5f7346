using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;
using PhotoLambda.Cdn;

namespace PhotoLambda.PublishToCdn;

/// <summary>Publishes photos, each content once.</summary>
/// <param name="publisher">Null: no CDN is configured.</param>
internal sealed partial class Publications(
    PhotoStore photos,
    AssetStore assets,
    AssetOutcomes outcomes,
    Sources sources,
    ICdnPublisher? publisher,
    int concurrency,
    ILogger logger)
{
    public const string NoCdn = "no CDN is configured";
    private const string NoCopy = "there is no copy without positions, and the project publishes nothing else";

    private readonly RecentContents _recent = new();

    /// <returns>The photos that could not be dealt with now.</returns>
    /// <exception cref="NpgsqlException">Nothing was published.</exception>
    public async Task<IReadOnlyCollection<Guid>> RunAsync(Guid[] ids, PublishCounts counts, InvocationTime time)
    {
        var found = await photos.FindAsync(ids, time.Ends);
        if (publisher is null)
        {
            await FailAsync(found, NoCdn, counts, time);
            return [];
        }

        await FailAsync(found.Where(p => p.PublishedKey is null), NoCopy, counts, time);
        var contents = Content.Of(found.Where(p => p.PublishedKey is not null), publisher.CopiesContent);
        var unknown = await LinkRecentAsync(contents, counts, time);
        if (unknown.Count == 0)
        {
            return [];
        }

        var (again, outage) = (new ConcurrentBag<Guid>(), new Outage());
        var claims = await assets.ClaimAsync(unknown, publisher, time.Ends);
        foreach (var claim in claims.Where(c => c.State is ClaimState.Published or ClaimState.Others))
        {
            counts.Linked += claim.PhotoIds.Count;
            Remember(claim);
        }

        await Parallel.ForEachAsync(
            claims.Where(c => c.State == ClaimState.Mine),
            new ParallelOptions { MaxDegreeOfParallelism = concurrency },
            async (claim, _) =>
            {
                if (!await PublishAsync(claim, outage, counts, time))
                {
                    claim.Content.Photos.ForEach(p => again.Add(p.Id));
                }
            });
        return again;
    }

    private async Task FailAsync(
        IEnumerable<CdnPhoto> which, string reason, PublishCounts counts, InvocationTime time)
    {
        Guid[] ids = [.. which.Select(p => p.Id)];
        if (ids.Length > 0)
        {
            Log.NotAsked(logger, ids.Length, reason);
            counts.AddFailed(ids.Length);
            await photos.FailAsync(ids, reason, time.Ends);
        }
    }

    /// <returns>The contents that were not published lately, as far as this process knows.</returns>
    private async Task<IReadOnlyList<Content>> LinkRecentAsync(
        IReadOnlyList<Content> contents, PublishCounts counts, InvocationTime time)
    {
        var unknown = new List<Content>();
        foreach (var content in contents)
        {
            if (_recent.Find(content) is not { } asset)
            {
                unknown.Add(content);
            }
            else if (await assets.LinkAsync(content, asset, time.Ends))
            {
                counts.Linked += content.Photos.Count;
            }
            else
            {
                _recent.Forget(content);
                unknown.Add(content);
            }
        }

        return unknown;
    }

    /// <returns>False where the messages are to come again.</returns>
    private async Task<bool> PublishAsync(
        AssetClaim claim, Outage outage, PublishCounts counts, InvocationTime time)
    {
        try
        {
            var (file, failure) = await TryAsync(claim, outage, time);
            if (file is not null)
            {
                await outcomes.PublishedAsync(claim, file, publisher!.Provider, time.Ends);
                counts.AddPublished();
                _recent.Add(claim.Content, claim.AssetId);
            }
            else
            {
                Log.NotPublished(logger, claim.AssetId, failure!.Message);
                counts.AddFailed();
                await outcomes.FailedAsync(claim, failure, time.Ends);
            }

            return true;
        }
        catch (Exception e)
        {
            // The boundary of one content: its messages come again, when the claim is over, and the others go on.
            Log.Left(logger, e, claim.AssetId);
            return false;
        }
    }

    private async Task<(CdnFile? File, CdnException? Failure)> TryAsync(
        AssetClaim claim, Outage outage, InvocationTime time)
    {
        if (outage.IsCertain)
        {
            return (null, outage.NotTried());
        }

        CdnFile file;
        try
        {
            var source = sources.Of(claim.Source, claim.AssetId);
            file = await publisher!.PublishAsync(source, time.WorkDeadline, time.Ends);
            outage.Note(null);
        }
        catch (CdnException e)
        {
            outage.Note(e);
            return (null, e);
        }
        catch (TimeoutException) when (outage.IsLikely)
        {
            // The others have used the time up, waiting.
            return (null, outage.NotTried());
        }

        return await sources.IsSameAsync(claim.Source, time.WorkDeadline, time.Ends)
            ? (file, null)
            : (null, new CdnException(CdnException.StoreGone));
    }

    private void Remember(AssetClaim claim)
    {
        if (claim.State == ClaimState.Published)
        {
            _recent.Add(claim.Content, claim.AssetId);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Photos} photos are not published: {Reason}")]
        public static partial void NotAsked(ILogger logger, int photos, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Asset {AssetId} is not published: {Reason}")]
        public static partial void NotPublished(ILogger logger, Guid assetId, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Asset {AssetId} is left to another invocation")]
        public static partial void Left(ILogger logger, Exception exception, Guid assetId);
    }
}
