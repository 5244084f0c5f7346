using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary><c>PATCH /api/v1/photos/{id}/status</c>: a processor reports how a photo ended.</summary>
internal sealed class ChangeStatusHandler(NpgsqlDataSource database, PhotoStore photos)
{
    // Only a photo that is being processed can end. 'uploaded' is taken too: a fast detector may answer before the
    // function that sent it the job has noted that the queue took it. Repeating the report that ended it changes
    // nothing. The third column is there to have unstorable detections refused whatever the status is.
    private const string Update = """
        with before as (
          select id, organization_id, status, kind from photos where organization_id = $1 and id = $2 for update
        ), changed as (
          update photos p set status = $3, failure_reason = $4,
            failed_by = case when $3 = 'failed' then 'processor' end, detections = coalesce($5::jsonb, p.detections),
            transcript = coalesce($6, p.transcript),
            completed_at = case when $3 = 'completed' then now() end,
            failed_at = case when $3 = 'failed' then now() end, updated_at = now()
          from before b where p.id = b.id and b.status in ('uploaded', 'processing')
            and ($6 is null or b.kind = 'audio')
          returning p.id
        ), event as (
          insert into photo_events (photo_id, organization_id, from_status, to_status, cause, detail)
          select b.id, b.organization_id, b.status, $3, 'processor', $4 from before b join changed using (id)
        )
        select b.status, exists (select from changed), $5::jsonb is null,
          $6 is not null and b.kind <> 'audio'
        from before b
        """;

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var (id, problem) = PathId.Read(http);
        if (problem is not null)
        {
            return problem;
        }

        (var change, problem) = await JsonBody.ReadAsync(http, StatusChange.Read, StatusChange.LongestBody);
        if (change is null)
        {
            return problem!;
        }

        var organization = http.Caller().OrganizationId;
        try
        {
            var (before, changed, isSilent) = await UpdateAsync(organization, id, change, http.RequestAborted);
            if (before is null)
            {
                return Problems.PhotoNotFound(id);
            }

            if (isSilent)
            {
                return Problems.Invalid(new FieldError("transcript", "absent for an image", "text"));
            }

            if (!changed && before != change.Status)
            {
                return Problems.IllegalTransition(before, change.Status);
            }
        }
        catch (PostgresException e) when (Unstorable(e.SqlState) is { } found)
        {
            return Problems.Invalid(new FieldError("detections", StatusChange.DetectionsLimit, found));
        }

        // It may have been deleted meanwhile.
        return await photos.FindAsync(organization, id, http.RequestAborted) is { } photo
            ? new PhotoResult(photo)
            : Problems.PhotoNotFound(id);
    }

    /// <returns>What PostgreSQL's jsonb cannot hold though it is JSON; null for other errors.</returns>
    private static string? Unstorable(string state) => state switch
    {
        PostgresErrorCodes.UntranslatableCharacter => "an array with a NUL",
        PostgresErrorCodes.InvalidTextRepresentation => "an array with a lone surrogate",
        PostgresErrorCodes.NumericValueOutOfRange => "an array with a number out of range",
        _ => null,
    };

    private async Task<(string? Before, bool Changed, bool IsSilent)> UpdateAsync(
        string organization, Guid id, StatusChange change, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organization);
        batch.Add(Update, Sql.Text(organization), Sql.Uuid(id), Sql.Text(change.Status),
            Sql.Text(change.FailureReason), Sql.Text(change.Detections), Sql.Text(change.Transcript));
        await using var reader = await batch.ReadAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? (reader.GetString(0), reader.GetBoolean(1), reader.GetBoolean(3))
            : (null, false, false);
    }
}
