using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.UploadUrl.Bulk;

/// <summary>The batches of the caller's organization, and what has become of them.</summary>
internal sealed class BatchStore(NpgsqlDataSource database)
{
    // A row may hold a descriptor of 128 KiB, or a whole message: together they must fit into an answer.
    private const int MostCharacters = 500_000;

    private const string Insert = """
        insert into ingest_batches (id, organization_id, requested_by, source, total, request_hash)
        values ($1, $2, $3, 'api', $4, $5)
        on conflict (id) do nothing
        returning id
        """;

    // A statement of its own sees what was committed while the one before waited.
    private const string SelectClaim = """
        select request_hash is not distinct from $3,
          array(select part from ingest_parts where organization_id = $1 and batch_id = $2)
        from ingest_batches where organization_id = $1 and id = $2
        """;

    private const string SelectBatch = """
        select source, total, created_at,
          (select coalesce(sum(rows), 0)::bigint from ingest_parts where organization_id = $1 and batch_id = $2),
          (select count(*) from photos where organization_id = $1 and bulk_id = $2),
          (select count(*) from ingest_rejects where organization_id = $1 and batch_id = $2)
        from ingest_batches where organization_id = $1 and id = $2
        """;

    private const string SelectRejects = """
        select part, row_number, sqlstate, field, reason, left(row, 262144), message_id, created_at
        from ingest_rejects
        where organization_id = $1 and batch_id = $2 and (part, row_number) > ($3::integer, $4::integer)
        order by part, row_number limit $5
        """;

    /// <summary>Makes the batch, unless it is there already.</summary>
    /// <param name="total">How many photos it has.</param>
    /// <param name="requestHash">Of the request that came with a key; null: it came without.</param>
    public async Task<BatchClaim> ClaimAsync(
        Caller caller, Guid id, int total, byte[]? requestHash, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, caller.OrganizationId);
        batch.Add(Insert, Sql.Uuid(id), Sql.Text(caller.OrganizationId), Sql.Text(caller.Subject), Sql.Number(total),
            Sql.Bytes(requestHash));
        batch.Add(SelectClaim, Sql.Text(caller.OrganizationId), Sql.Uuid(id), Sql.Bytes(requestHash));
        await using var row = await batch.ReadAsync(cancellation);
        var isNew = await row.ReadAsync(cancellation);
        await row.NextResultAsync(cancellation);
        await row.ReadAsync(cancellation);
        return new BatchClaim(isNew, row.GetBoolean(0), row.GetFieldValue<int[]>(1));
    }

    /// <param name="after">The place of the last reject of the page before.</param>
    /// <param name="limit">How many rejects at most; there may be fewer when they are long.</param>
    /// <returns>Null when the organization has no such batch.</returns>
    public async Task<Batch?> FindAsync(
        string organizationId, Guid id, RejectPlace after, int limit, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(SelectBatch, Sql.Text(organizationId), Sql.Uuid(id));
        batch.Add(SelectRejects, Sql.Text(organizationId), Sql.Uuid(id), Sql.Number(after.Part),
            Sql.Number(after.Row), Sql.Number(limit + 1));
        await using var row = await batch.ReadAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
        {
            return null;
        }

        var found = new Batch(
            id, row.GetString(0), row.IsDBNull(1) ? null : row.GetInt64(1), row.GetDateTime(2), row.GetInt64(3),
            row.GetInt64(4), row.GetInt64(5));
        await row.NextResultAsync(cancellation);
        return await ReadRejectsAsync(row, found, limit, cancellation);
    }

    private static async Task<Batch> ReadRejectsAsync(
        NpgsqlDataReader row, Batch batch, int limit, CancellationToken cancellation)
    {
        var rejects = new List<RejectedRow>();
        for (var characters = 0; await row.ReadAsync(cancellation); characters += rejects[^1].Row.Length)
        {
            if (rejects.Count == limit || characters > MostCharacters)
            {
                return batch with { Rejects = rejects, HasMoreRejects = true };
            }

            rejects.Add(new RejectedRow(
                new RejectPlace(row.GetInt32(0), row.GetInt32(1)), row.GetString(2),
                row.IsDBNull(3) ? null : row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6),
                row.GetDateTime(7)));
        }

        return batch with { Rejects = rejects };
    }
}

/// <param name="IsNew">False: it was there, made by the same request or by another one.</param>
/// <param name="IsSame">Whether it is that of this request.</param>
/// <param name="FinishedParts">The numbers of its messages that are dealt with.</param>
internal sealed record BatchClaim(bool IsNew, bool IsSame, int[] FinishedParts);
