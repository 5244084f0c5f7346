using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using PhotoLambda.Bulk;
using PhotoLambda.Photos;

namespace PhotoLambda.BulkIngest;

/// <summary>
/// From the messages of an invocation to rows. A message is done when each of its descriptors is stored, was there, or
/// is rejected; all others come again.
/// </summary>
internal sealed partial class BulkIngestHandler(
    BulkInsert insert,
    IngestLedger ledger,
    JobRelay jobs,
    JobRelay looks,
    string defaultBucket,
    IngestMetrics metrics,
    ILogger logger)
{
    /// <returns>The partial batch response that names the messages which are to come again, as JSON.</returns>
    /// <exception cref="JsonException">The event is none of a queue; nothing was begun.</exception>
    public async Task<byte[]> HandleAsync(Stream input, InvocationTime time)
    {
        var length = (int)input.Length;
        var (json, bodies) = (ArrayPool<byte>.Shared.Rent(length), ArrayPool<byte>.Shared.Rent(length));
        try
        {
            // It is all there; without any time left the answer is that all failed.
            await input.ReadExactlyAsync(json.AsMemory(0, length));
            using var rows = new CopyRows();
            var batch = new IngestBatch(rows);
            QueueRecords.Read(json.AsMemory(0, length), bodies, batch, new MessageReader(batch, rows, defaultBucket));
            var failed = await TakeAsync(batch, rows, time);
            return Response(batch, failed);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(json);
            ArrayPool<byte>.Shared.Return(bodies);
        }
    }

    /// <returns>By message, whether it is to come again.</returns>
    private async Task<bool[]> TakeAsync(IngestBatch batch, CopyRows rows, InvocationTime time)
    {
        var failed = new bool[batch.Messages.Count];
        try
        {
            var outcomes = await insert.RunAsync(rows, time.WorkEnds);
            await SettleAsync(batch, outcomes, failed, time);
            await PublishAsync(StoredIds(rows, outcomes), time);
        }
        catch (Exception e)
        {
            // The boundary of an invocation: to say that all failed keeps everything, to throw slows the queue down.
            Log.Failed(logger, e, batch.Messages.Count);
            Array.Fill(failed, true);
        }

        return failed;
    }

    private async Task SettleAsync(IngestBatch batch, RowOutcome[] outcomes, bool[] failed, InvocationTime time)
    {
        var rejects = batch.Rejects.ToList();
        var (stored, duplicates) = (0, 0);
        for (var i = 0; i < outcomes.Length; i++)
        {
            var descriptor = batch.Descriptors[i];
            switch (outcomes[i].State)
            {
                case RowState.Stored:
                    stored++;
                    break;
                case RowState.Duplicate:
                    duplicates++;
                    break;
                case RowState.Rejected:
                    rejects.Add((descriptor, outcomes[i].Reject!));
                    break;
                default:
                    failed[descriptor.Message] = true;
                    break;
            }
        }

        try
        {
            await ledger.WriteAsync(batch, rejects, batch.Messages.Where((_, i) => !failed[i]), time.Ends)
                .WaitAsync(time.Ends);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            Log.NotTold(logger, e, rejects.Count);
            rejects.ForEach(r => failed[r.Descriptor.Message] = true);
            for (var i = 0; i < failed.Length; i++)
            {
                failed[i] |= batch.Messages[i].BatchId is not null;
            }
        }

        metrics.Record(batch.Messages.Count, stored, duplicates, rejects.Count, failed.Count(f => f));
    }

    private static List<Guid> StoredIds(CopyRows rows, RowOutcome[] outcomes)
    {
        var ids = new List<Guid>(outcomes.Length);
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (outcomes[i].State == RowState.Stored)
            {
                ids.Add(rows[i].Id);
            }
        }

        return ids;
    }

    private async Task PublishAsync(List<Guid> stored, InvocationTime time)
    {
        try
        {
            // Side by side: a silent queue must not use up the other's time.
            await Task.WhenAll(
                jobs.RunAsync(stored, time.QueueDeadline, time.Ends),
                looks.RunAsync(time.QueueDeadline, time.Ends)).WaitAsync(time.Ends);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            // The rows are committed and their jobs with them: they are published later, the messages are done.
            Log.NotPublished(logger, e);
        }
    }

    private static byte[] Response(IngestBatch batch, bool[] failed)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("batchItemFailures"u8);
            for (var i = 0; i < failed.Length; i++)
            {
                if (failed[i])
                {
                    json.WriteStartObject();
                    json.WritePropertyName("itemIdentifier"u8);
                    // As it came, escapes and all.
                    json.WriteRawValue([(byte)'"', .. batch.Messages[i].Id.Span, (byte)'"'], skipInputValidation: true);
                    json.WriteEndObject();
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "A batch of {Messages} messages failed")]
        public static partial void Failed(ILogger logger, Exception exception, int messages);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Rejects} rejects, or parts done, could not be told")]
        public static partial void NotTold(ILogger logger, Exception exception, int rejects);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Jobs or looks wait in the outbox")]
        public static partial void NotPublished(ILogger logger, Exception exception);
    }
}
