using System.Text;
using PhotoLambda.Bulk;
using PhotoLambda.Cli.Backfill;
using PhotoLambda.Sqs;

namespace PhotoLambda.Cli.Redrive;

/// <summary>
/// Sends rejected descriptors again, as messages of new batches, and rejected messages as they came. They are marked
/// once the queue has confirmed them: killed between the two they are sent once more, which does them no harm.
/// </summary>
internal sealed class RejectRedrive(BulkQueue queue, RejectStore rejects, BatchStore batches, Progress progress)
{
    // Of one call: four requests of 1 MiB at a time.
    private const int Together = 40;

    private const int ShownBatches = 20;

    private readonly List<(OutgoingMessage Message, long[] Ids)> _ready = [];
    private readonly List<long> _ids = [];

    private (string? OrganizationId, Guid? BatchId) _group;
    private Guid _batch;
    private BulkMessages? _messages;
    private long _ofBatch;
    private int _shown;

    public long Sent { get; private set; }

    /// <summary>Too large to be sent.</summary>
    public long Left { get; private set; }

    /// <exception cref="CommandException">The queue does not take them; the rest stays rejected.</exception>
    /// <exception cref="StoppedException">The user stopped it.</exception>
    public async Task RunAsync(RejectFilter filter, int limit, CancellationToken cancellation)
    {
        try
        {
            await foreach (var row in rejects.ListAsync(filter, limit, cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                if (row.RowNumber < 0)
                {
                    await EndGroupAsync(cancellation);
                    await SendWholeAsync(row, cancellation);
                }
                else
                {
                    await AddAsync(row, cancellation);
                }

                progress.Show(() => $"{Shown.Count(Sent, "reject")} sent again …");
            }

            await EndGroupAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new StoppedException(
                $"Stopped after {Shown.Count(Sent, "reject")}; the same command goes on with the others.");
        }
        finally
        {
            if (_messages is not null)
            {
                // Stopped in its middle: no more comes of this batch.
                await batches.FinishAsync(_batch, _ofBatch, CancellationToken.None);
            }
        }
    }

    private async Task AddAsync(RejectedRow row, CancellationToken cancellation)
    {
        if (_messages is null || _group != (row.OrganizationId, row.BatchId))
        {
            await EndGroupAsync(cancellation);
            (_group, _batch, _ofBatch) = ((row.OrganizationId, row.BatchId), Guid.CreateVersion7(), 0);
            await batches.BeginAsync(_batch, row.OrganizationId!, "redrive", cancellation);
            _messages = new BulkMessages(row.OrganizationId!, _batch);
        }

        if (_messages.Add(Encoding.UTF8.GetBytes(row.Row)) is { } full)
        {
            await ReadyAsync(full, cancellation);
        }

        _ids.Add(row.Id);
    }

    private async Task ReadyAsync(BulkMessage message, CancellationToken cancellation)
    {
        await AddReadyAsync(new OutgoingMessage(message.Body), [.. _ids], cancellation);
        _ids.Clear();
    }

    private async Task EndGroupAsync(CancellationToken cancellation)
    {
        if (_messages is null)
        {
            return;
        }

        if (_messages.End() is { } last)
        {
            await ReadyAsync(last, cancellation);
        }

        await SendReadyAsync(cancellation);
        await batches.FinishAsync(_batch, _ofBatch, cancellation);
        _messages = null;
        if (_ofBatch > 0 && _shown++ < ShownBatches)
        {
            progress.Say($"{Shown.Text(_group.OrganizationId!)}: {Shown.Count(_ofBatch, "descriptor")} of "
                + $"{(_group.BatchId is { } id ? $"batch {id}" : "no batch")} sent again as batch {_batch}.");
        }
    }

    private async Task SendWholeAsync(RejectedRow row, CancellationToken cancellation)
    {
        await AddReadyAsync(new OutgoingMessage(row.Row), [row.Id], cancellation);
        if (_ready.Count > 0)
        {
            await rejects.DetachAsync([row.Id], cancellation);
            await SendReadyAsync(cancellation);
        }
    }

    private async Task AddReadyAsync(OutgoingMessage message, long[] ids, CancellationToken cancellation)
    {
        if (message.Size > OutgoingMessage.MaximumSize)
        {
            Left += ids.Length;
            return;
        }

        _ready.Add((message, ids));
        if (_ready.Count == Together)
        {
            await SendReadyAsync(cancellation);
        }
    }

    private async Task SendReadyAsync(CancellationToken cancellation)
    {
        var outcomes = await queue.SendAsync([.. _ready.Select(r => r.Message)], cancellation);
        long[] sent = [.. _ready.Where((_, i) => outcomes[i].Confirmed).SelectMany(r => r.Ids)];
        _ready.Clear();
        // Not to be stopped: what was sent and is not marked is sent twice.
        await rejects.MarkAsync(sent, CancellationToken.None);
        Sent += sent.Length;
        _ofBatch += sent.Length;
        cancellation.ThrowIfCancellationRequested();
        if (Array.Find(outcomes, o => !o.Confirmed) is { } lost)
        {
            throw new CommandException($"The queue does not take messages: {lost.Failure}. "
                + $"{Shown.Count(Sent, "reject")} sent again; the same command goes on with the others.");
        }
    }
}
