using System.Text.Json;

namespace PhotoLambda.Cli.Push;

/// <summary>
/// Draws tickets, so that a kill at any moment leaves no second row for a file: the key of a request is in the journal
/// before it is sent, and the photos' ids before anything is uploaded.
/// </summary>
internal sealed class TicketDesk(
    PushOptions options, Journal journal, PhotoApi api, Tally tally, Outcomes outcomes)
{
    /// <summary>In one request.</summary>
    public const int Most = 100;

    private const int RateLimited = 429;
    private const int Issued = 200;

    /// <summary>Asks again what was asked when an earlier run was killed, and gets the same photos.</summary>
    public async Task RecoverAsync(CancellationToken cancellation)
    {
        foreach (var asked in journal.Unanswered)
        {
            var (items, _) = await api.TicketsAsync(asked.Asked!, asked.Body!, cancellation);
            var requests = JsonSerializer.Deserialize(asked.Body!, PushJson.Lines.TicketsBody)!.Items;
            var lines = new List<JournalLine>();
            for (var i = 0; i < items.Length; i++)
            {
                // A file that changed meanwhile is another by now, and its row waits until it expires.
                if (items[i].Status == Issued && journal.Find(asked.Files![i]) is { PhotoId: null } line
                    && line.Sha256 == requests[i].Sha256)
                {
                    lines.Add(line with { PhotoId = items[i].PhotoId, State = FileState.Ticket });
                }
            }

            journal.Add([.. lines, new JournalLine { Answered = asked.Asked }], isDurable: true);
        }
    }

    /// <param name="items">Whose hashes are known; up to <see cref="Most"/>.</param>
    /// <param name="next">Gets each that has a ticket, also while others wait for the user's limit.</param>
    public async Task DrawAsync(
        IReadOnlyList<PushItem> items, Func<PushItem, ValueTask> next, CancellationToken cancellation)
    {
        while (items.Count > 0)
        {
            var (drawn, limited, reset) = await AskAsync(items, cancellation);
            foreach (var item in drawn)
            {
                await next(item);
            }

            items = limited;
            if (items.Count > 0)
            {
                tally.Wait(true);
                await Task.Delay(reset, cancellation);
                tally.Wait(false);
            }
        }
    }

    private async Task<(List<PushItem> Drawn, List<PushItem> Limited, TimeSpan Reset)> AskAsync(
        IReadOnlyList<PushItem> items, CancellationToken cancellation)
    {
        var key = $"push-{Guid.NewGuid()}";
        var body = JsonSerializer.Serialize(
            new TicketsBody([.. items.Select(Request)]), PushJson.Lines.TicketsBody);
        string[] files = [.. items.Select(i => i.File.Path)];
        journal.Add([new JournalLine { Asked = key, Files = files, Body = body }], isDurable: true);
        var (answers, reset) = await api.TicketsAsync(key, body, cancellation);
        var (drawn, limited) = (new List<PushItem>(), new List<PushItem>());
        foreach (var (item, answer) in items.Zip(answers))
        {
            if (answer is { Status: Issued, UploadUrl: { } url, Headers: { } headers })
            {
                item.PhotoId = answer.PhotoId;
                item.Ticket = new Ticket(url, headers, answer.ExpiresInSeconds);
                drawn.Add(item);
            }
            else if (answer.Status == RateLimited)
            {
                limited.Add(item);
            }
            else
            {
                outcomes.Fail(item, $"the API answers {answer.Status}: {answer.Problem?.Text}");
            }
        }

        journal.Add(
            [.. drawn.Select(i => i.Line(FileState.Ticket)), new JournalLine { Answered = key }], isDurable: true);
        return (drawn, limited, reset);
    }

    private TicketRequest Request(PushItem item) => new(
        options.Project, item.File.Name, item.File.Size, item.File.MimeType, item.Sha256!,
        options.Detections.Length == 0 ? null : options.Detections, options.Priority,
        item.File.SessionId ?? options.Session);
}
