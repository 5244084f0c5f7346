using System.Globalization;

namespace PhotoLambda.Bench;

/// <summary>What became of messages that were sent, once all is quiet.</summary>
internal sealed record Accounts(
    int Messages, long Stored, long Lost, DeliveredJobs Jobs, int Matches, long Parts, long Rejects, int Dead)
{
    public static async Task<Accounts> TakeAsync(IngestCloud cloud, int messages, CancellationToken cancellation)
    {
        var jobs = await cloud.TakeJobsAsync(cancellation);
        return new Accounts(
            messages,
            await cloud.RowsAsync(cancellation),
            await cloud.LostAsync(messages, cancellation),
            jobs,
            await jobs.MatchesAsync(cloud.Owner, cancellation),
            await cloud.CountAsync("select count(*) from ingest_parts", cancellation),
            await cloud.CountAsync("select count(*) from ingest_rejects", cancellation),
            await cloud.MessagesAsync("BulkIngestDeadLetterQueue", cancellation));
    }

    /// <param name="acked">Messages that the queue confirmed.</param>
    public IEnumerable<string[]> Rows(int acked) =>
    [
        Exactly("messages that the queue confirmed", acked, Messages),
        Exactly("rows", Stored, Messages),
        Exactly("lost", Lost, 0),
        Exactly("rows twice", Stored - (Messages - Lost), 0),
        Exactly("different job_ids delivered", Jobs.Ids, Messages),
        Exactly("photos whose one job was delivered", Matches, Messages),
        Exactly("job_ids that came for two photos", Jobs.Ambiguous, 0),
        ["deliveries of jobs", Text(Jobs.Deliveries), ""],
        Exactly("messages told as done", Parts, Messages),
        Exactly("rejects", Rejects, 0),
        Exactly("messages in the dead-letter queue", Dead, 0),
    ];

    public static string[] Exactly(string what, long found, long wanted) =>
        [what, Text(found), $"{Text(wanted)}: {(found == wanted ? "holds" : "missed")}"];

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
