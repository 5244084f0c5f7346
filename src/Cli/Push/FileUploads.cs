using System.Diagnostics;
using System.Net;

namespace PhotoLambda.Cli.Push;

/// <summary>Brings a file that has a photo to its end, whatever of it was done before.</summary>
internal sealed class FileUploads(
    PushOptions options, Journal journal, PhotoApi api, TicketDesk desk, Upload upload, Tally tally,
    Outcomes outcomes)
{
    private const int MostTries = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // Tickets live 15 minutes; none shall wait longer than this for its turn.
    private static readonly TimeSpan LongestQueue = TimeSpan.FromMinutes(2);

    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Takes as many files from the queue as will be sent soon, at the rate of so far.</summary>
    public List<PushItem> NextFew(Queue<PushItem> queue)
    {
        var room = tally.SentBytes / _clock.Elapsed.TotalSeconds * LongestQueue.TotalSeconds;
        var few = new List<PushItem>();
        while (few.Count < TicketDesk.Most && queue.TryPeek(out var item)
            && (few.Count < options.Parallel || (room -= item.File.Size) > 0))
        {
            few.Add(queue.Dequeue());
        }

        return few;
    }

    /// <returns>False when it failed, which has been told.</returns>
    /// <exception cref="OutageException">Nobody gets answers any more.</exception>
    public async Task<bool> SendAsync(PushItem item, CancellationToken cancellation)
    {
        try
        {
            if (await TryAsync(item, cancellation) is { } failure)
            {
                outcomes.Fail(item, failure);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            or OutageException { IsGeneral: false })
        {
            outcomes.Fail(item, e.Message);
        }

        if (outcomes.Has(item.File.Path))
        {
            return false;
        }

        journal.Add([item.Line(FileState.Uploaded)]);
        outcomes.Add(item, Outcomes.Uploaded);
        return true;
    }

    /// <returns>Why it failed; null when it is there.</returns>
    private async Task<string?> TryAsync(PushItem item, CancellationToken cancellation)
    {
        var last = "";
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            if (!item.File.IsUnchanged())
            {
                throw new FileChangedException();
            }

            if (item.Ticket is not { IsFresh: true }
                && (item.Ticket = await api.RenewAsync(item.PhotoId!.Value, cancellation)) is null)
            {
                var (isOver, failure) = await SettleAsync(item, cancellation);
                if (isOver)
                {
                    return failure;
                }

                continue;
            }

            var verdict = await upload.SendAsync(item.File, item.Ticket, cancellation);
            if (verdict.IsStored)
            {
                item.IsSent = verdict.Status == HttpStatusCode.OK;
                return null;
            }

            if (verdict.IsOtherContent)
            {
                throw new FileChangedException();
            }

            last = verdict.ToString();
            if (verdict.IsTicketOver)
            {
                item.Ticket = null;
            }
            else if (verdict.IsPassing)
            {
                await Task.Delay(Pause, cancellation);
            }
            else
            {
                break;
            }
        }

        return last;
    }

    /// <summary>For a photo that waits for no file any more: it came, or there must be another photo.</summary>
    private async Task<(bool IsOver, string? Failure)> SettleAsync(PushItem item, CancellationToken cancellation)
    {
        var photo = await api.PhotoAsync(item.PhotoId!.Value, cancellation);
        if (photo is null || (photo.Status == "failed" && IsLost(photo.FailureReason)))
        {
            item.PhotoId = null;
            await desk.DrawAsync([item], _ => ValueTask.CompletedTask, cancellation);
            return (item.Ticket is null, null);
        }

        return photo.Status switch
        {
            "pending_upload" => (false, null),
            "failed" => (true, $"the photo failed: {photo.FailureReason}"),
            _ => (true, null),
        };
    }

    // Nothing came, or it was removed: no fault of the file.
    private static bool IsLost(string? reason) => reason?.Split(':')[0] is "expired" or "object_removed";
}
