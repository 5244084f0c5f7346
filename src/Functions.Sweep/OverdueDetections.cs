using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Sweep;

/// <summary>Photos that no detector reported on in time.</summary>
/// <param name="hours">0: there is no such time.</param>
internal sealed class OverdueDetections(NpgsqlDataSource database, int hours)
{
    // Few enough for one short transaction; the next statement takes the next.
    private const int InStatement = 1_000;

    // By the row's last change, which is that the queue took the job, or that the object was read again since; so a
    // photo that is processed again starts anew.
    private const string Fail = """
        with due as (
          select id from photos where status = 'processing' and updated_at < now() - interval '1 hour' * $1
          order by updated_at limit $2 for update skip locked
        ), photo as (
          update photos p set status = 'failed', failed_by = 'deadline', failure_reason = $3, failed_at = now(),
            updated_at = now()
          from due where p.id = due.id
          returning p.id, p.organization_id
        )
        insert into photo_events (photo_id, organization_id, from_status, to_status, cause, detail)
        select id, organization_id, 'processing', 'failed', 'detection timed out', $3 from photo order by id
        """;

    public async Task RunAsync(SweepTime time, SweepReport done)
    {
        if (hours == 0)
        {
            return;
        }

        int some;
        do
        {
            await using var command = database.CreateCommand(Fail);
            command.Parameters.Add(Sql.Number(hours));
            command.Parameters.Add(Sql.Number(InStatement));
            command.Parameters.Add(Sql.Text($"detection_timeout: no detector reported within {hours} hours"));
            some = await command.ExecuteNonQueryAsync(time.Ends);
            done.DetectionsTimedOut += some;
        }
        while (some == InStatement);
    }
}
