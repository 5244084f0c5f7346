using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>Issues tickets: what that takes is one function of the database (<c>db/0005_tickets.sql</c>).</summary>
internal sealed class TicketStore(NpgsqlDataSource database)
{
    private const string Issue = """
        select outcome, allowed_types, max_bytes, rate_limit, rate_remaining, rate_reset,
          kept_status, kept_location, kept_body
        from issue_tickets($1, $2, $3, $4, $5::smallint, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
          $19, $20, $21, $22, $23, $24, $25)
        """;

    private const string Keep = """
        update idempotency_keys set body = $4 where organization_id = $1 and user_id = $2 and key = $3
        """;

    private const string Renew = """
        select outcome, rate_limit, rate_remaining, rate_reset, project_id, object_key, content_type, size_bytes, sha256
        from renew_ticket($1, $2, $3, $4, $5)
        """;

    /// <param name="keyed">What is kept if the photo gets its ticket.</param>
    public async Task<TicketDecision> IssueAsync(
        NewPhoto photo, KeyedAnswer? keyed, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, photo.Caller.OrganizationId);
        batch.Add(Issue, Parameters(photo.Caller, [photo], keyed?.Key, keyed?.Answer));
        await using var reader = await batch.ReadAsync(cancellation);
        return await ReadAsync(reader, 1, cancellation);
    }

    /// <param name="photos">
    /// One or more of one organization; each stands or falls by itself. Those of a user stand together, in the order in
    /// which they count against the user's limit.
    /// </param>
    public async Task<TicketDecision> IssueAsync(IReadOnlyList<NewPhoto> photos, CancellationToken cancellation)
    {
        var caller = photos[0].Caller;
        await using var batch = new TenantBatch(database, caller.OrganizationId);
        batch.Add(Issue, Parameters(caller, photos, null, null));
        await using var reader = await batch.ReadAsync(cancellation);
        return await ReadAsync(reader, photos.Count, cancellation);
    }

    /// <summary>
    /// The same with a key. The answer depends on what became of each photo, so it is stored by a second statement of
    /// the same transaction: key, rows and answer are there together or not at all.
    /// </summary>
    /// <param name="answer">Is made of the outcomes.</param>
    /// <returns>That answer, or what was kept for the key.</returns>
    public async Task<IResult> IssueAsync(
        Caller caller, IReadOnlyList<NewPhoto> photos, IdempotencyKey key, Func<TicketDecision, JsonAnswer> answer,
        CancellationToken cancellation)
    {
        try
        {
            return await IssueOnceAsync(caller, photos, key, answer, cancellation);
        }
        catch (NpgsqlException e) when (TenantBatch.IsLostConnection(e))
        {
            // Had the first try committed, its key is found.
            return await IssueOnceAsync(caller, photos, key, answer, cancellation);
        }
    }

    /// <param name="renewed">The time of the request.</param>
    /// <param name="expires">The end of the fresh ticket.</param>
    public async Task<Renewal> RenewAsync(
        Caller caller, Guid photo, DateTimeOffset renewed, DateTimeOffset expires, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, caller.OrganizationId);
        batch.Add(Renew, Sql.Text(caller.OrganizationId), Sql.Text(caller.Subject), Sql.Uuid(photo),
            Sql.Instant(renewed), Sql.Instant(expires));
        await using var row = await batch.ReadAsync(cancellation);
        await row.ReadAsync(cancellation);
        var name = row.GetString(0);
        var rate = row.IsDBNull(1) ? (RateLimit?)null : new RateLimit(row.GetInt32(1), row.GetInt32(2), row.GetInt32(3));
        return new Renewal(
            new TicketOutcome(name, null, null, rate),
            name != TicketOutcome.Issued ? null : new PendingPhoto(
                row.GetString(5),
                new UploadRequest(row.GetGuid(4), "", row.GetInt64(7), row.GetString(6),
                    row.IsDBNull(8) ? null : row.GetFieldValue<byte[]>(8), [], "", null)));
    }

    private async Task<IResult> IssueOnceAsync(
        Caller caller, IReadOnlyList<NewPhoto> photos, IdempotencyKey key, Func<TicketDecision, JsonAnswer> answer,
        CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        TicketDecision decision;
        await using (var issue = new NpgsqlBatch(connection, transaction))
        {
            issue.BatchCommands.Add(TenantBatch.Tenant(caller.OrganizationId));
            issue.BatchCommands.Add(Sql.Command(Issue, Parameters(caller, photos, key, null)));
            await using var reader = await issue.ExecuteReaderAsync(cancellation);
            await reader.NextResultAsync(cancellation);
            decision = await ReadAsync(reader, photos.Count, cancellation);
        }

        if (decision.Kept is not null)
        {
            return decision.Kept;
        }

        var made = answer(decision);
        await using (var keep = new NpgsqlBatch(connection, transaction))
        {
            keep.BatchCommands.Add(Sql.Command(Keep, Sql.Text(caller.OrganizationId), Sql.Text(caller.Subject),
                Sql.Text(key.Value), Sql.Bytes(made.Body.ToArray())));
            await keep.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return made;
    }

    private static NpgsqlParameter[] Parameters(
        Caller caller, IReadOnlyList<NewPhoto> photos, IdempotencyKey? key, JsonAnswer? answer)
    {
        // Of a batch in which no item could be read, the key alone is there.
        var first = photos.Count > 0 ? photos[0] : null;
        return
        [
            Sql.Text(caller.OrganizationId), Sql.Text(caller.Subject),
            Sql.Text(key?.Value), Sql.Bytes(key?.RequestHash), Sql.Number(answer?.Status ?? StatusCodes.Status200OK),
            Sql.Text(answer?.Location), Sql.Bytes(key is null ? null : answer?.Body.ToArray()),
            Sql.Text(first?.Bucket), Sql.Text(first?.UploadSource),
            Sql.Text(first?.S3UploadId), Sql.Number(first?.PartSizeBytes),
            Sql.Uuids(Column(photos, p => p.Id)), Sql.Texts(Column(photos, p => p.Caller.Subject)),
            Sql.Uuids(Column(photos, p => p.Request.ProjectId)), Sql.Texts(Column(photos, p => p.Key)),
            Sql.Texts(Column(photos, p => p.Request.FileName)), Sql.Texts(Column(photos, p => p.Request.MimeType)),
            Sql.Numbers(Column(photos, p => p.HasUnknownSize ? null : (long?)p.Request.FileSize)),
            Sql.Blobs(Column(photos, p => p.Request.Sha256)),
            // A name has no comma.
            Sql.Texts(Column(photos, p => string.Join(',', p.Request.DetectionTypes))),
            Sql.Texts(Column(photos, p => p.Request.Priority)), Sql.Texts(Column(photos, p => p.Request.SessionId)),
            Sql.Texts(Column(photos, p => p.CorrelationId)),
            Sql.Instants(Column(photos, p => p.CreatedAt)), Sql.Instants(Column(photos, p => p.ExpiresAt)),
        ];
    }

    // PostgreSQL's unnest makes rows of the columns again.
    private static T[] Column<T>(IReadOnlyList<NewPhoto> photos, Func<NewPhoto, T> value)
    {
        var column = new T[photos.Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = value(photos[i]);
        }

        return column;
    }

    private static async Task<TicketDecision> ReadAsync(
        NpgsqlDataReader row, int count, CancellationToken cancellation)
    {
        var outcomes = new List<TicketOutcome>(count);
        while (await row.ReadAsync(cancellation))
        {
            var name = row.GetString(0);
            if (KeptAnswer.Read(row, name, 6) is { } kept)
            {
                return new TicketDecision([]) { Kept = kept };
            }

            outcomes.Add(new TicketOutcome(
                name,
                row.IsDBNull(1) ? null : row.GetFieldValue<string[]>(1),
                row.IsDBNull(2) ? null : row.GetInt64(2),
                row.IsDBNull(3) ? null : new RateLimit(row.GetInt32(3), row.GetInt32(4), row.GetInt32(5))));
        }

        return new TicketDecision(outcomes);
    }
}

/// <param name="Outcomes">One for each photo, in their order; none when an earlier answer was kept.</param>
internal sealed record TicketDecision(IReadOnlyList<TicketOutcome> Outcomes)
{
    /// <summary>The answer to a key that was there, or the problem with it.</summary>
    public IResult? Kept { get; init; }
}

/// <param name="Photo">Null when there is no fresh ticket for it.</param>
internal sealed record Renewal(TicketOutcome Outcome, PendingPhoto? Photo);

/// <param name="Key">Of the object.</param>
/// <param name="Request">As far as a signature goes into it.</param>
internal sealed record PendingPhoto(string Key, UploadRequest Request);
