using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace PhotoLambda.PublishToCdn;

/// <summary>
/// From messages to what the CDN serves. A message is done when its photo is served by the CDN, or when the row of the
/// photo says why not; only what this installation itself cannot do now comes again.
/// </summary>
internal sealed partial class PublishHandler(
    Publications publications, Removals removals, PublishMetrics metrics, ILogger logger)
{
    /// <returns>The messages that are to come again.</returns>
    /// <exception cref="JsonException">The event is none of a queue; nothing was begun.</exception>
    public async Task<SQSBatchResponse> HandleAsync(Stream input, InvocationTime time)
    {
        var (messages, counts) = (CdnMessages.Read(input), new PublishCounts());
        var failed = messages.Unreadable.ToHashSet();
        foreach (var id in failed)
        {
            Log.Unreadable(logger, id);
        }

        failed.UnionWith(await RunAsync(messages.Photos, ids => publications.RunAsync(ids, counts, time)));
        failed.UnionWith(await RunAsync(messages.Assets, ids => removals.RunAsync(ids, counts, time)));
        metrics.Record(Count(messages.Photos) + Count(messages.Assets) + messages.Unreadable.Count, counts,
            failed.Count);
        return new SQSBatchResponse(
            [.. failed.Select(id => new SQSBatchResponse.BatchItemFailure { ItemIdentifier = id })]);
    }

    private static int Count(ILookup<Guid, string> wishes) => wishes.Sum(ids => ids.Count());

    /// <returns>The messages of those that could not be dealt with.</returns>
    private async Task<IEnumerable<string>> RunAsync(
        ILookup<Guid, string> wishes, Func<Guid[], Task<IReadOnlyCollection<Guid>>> run)
    {
        if (wishes.Count == 0)
        {
            return [];
        }

        try
        {
            return (await run([.. wishes.Select(w => w.Key)])).SelectMany(id => wishes[id]);
        }
        catch (Exception e)
        {
            // The boundary of a batch: to say that all failed keeps everything, to throw slows the queue down.
            Log.Failed(logger, e, wishes.Count);
            return wishes.SelectMany(w => w);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Message {MessageId} asks for nothing that is known here")]
        public static partial void Unreadable(ILogger logger, string messageId);

        [LoggerMessage(Level = LogLevel.Error, Message = "A batch of {Items} photos or assets failed")]
        public static partial void Failed(ILogger logger, Exception exception, int items);
    }
}
