using System.Text;
using Npgsql;
using PhotoLambda.Bulk;
using PhotoLambda.Database;

namespace PhotoLambda.BulkIngest;

/// <summary>What is told of a batch besides its photos: rows that were rejected, parts that are done.</summary>
internal sealed class IngestLedger(NpgsqlDataSource database)
{
    // As long as a message may be.
    private const int LongestRow = 1_048_576;

    // Not one by one, and not all at once: each has the row as it came.
    private const int InStatement = 500;

    // A message that comes again is told of once, by either of two indexes.
    private const string Reject = """
        insert into ingest_rejects (
          organization_id, batch_id, part, message_id, row_number, sqlstate, field, reason, row)
        select * from unnest($1::text[], $2::uuid[], $3::int[], $4::text[], $5::int[], $6::text[], $7::text[],
          $8::text[], $9::text[])
        on conflict do nothing
        """;

    private const string Finish = """
        insert into ingest_parts (batch_id, part, organization_id, rows)
        select * from unnest($1::uuid[], $2::int[], $3::text[], $4::int[])
        on conflict do nothing
        """;

    /// <summary>May be repeated: what is there stays.</summary>
    /// <param name="finished">Messages that are dealt with.</param>
    /// <exception cref="NpgsqlException">Not all of it is written.</exception>
    public async Task WriteAsync(
        IngestBatch batch,
        IReadOnlyList<(Descriptor Descriptor, Reject Why)> rejects,
        IEnumerable<Message> finished,
        CancellationToken cancellation)
    {
        foreach (var some in rejects.Chunk(InStatement))
        {
            // Nobody may wait any more: then the rows as they came are gone.
            cancellation.ThrowIfCancellationRequested();
            await using var command = database.CreateCommand(Reject);
            AddRejects(command.Parameters, batch, some);
            await command.ExecuteNonQueryAsync(cancellation);
        }

        var parts = finished.Where(m => m.BatchId is not null && m.OrganizationId is not null).ToArray();
        if (parts.Length > 0)
        {
            await using var command = database.CreateCommand(Finish);
            command.Parameters.Add(Sql.Uuids(Array.ConvertAll(parts, m => m.BatchId!.Value)));
            command.Parameters.Add(Sql.Integers(Array.ConvertAll(parts, m => m.Part)));
            command.Parameters.Add(Sql.Texts(Array.ConvertAll(parts, m => m.OrganizationId)));
            command.Parameters.Add(Sql.Integers(Array.ConvertAll(parts, m => m.Rows)));
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static void AddRejects(
        NpgsqlParameterCollection parameters, IngestBatch batch, (Descriptor Descriptor, Reject Why)[] rejects)
    {
        var messages = Array.ConvertAll(rejects, r => batch.Messages[r.Descriptor.Message]);
        parameters.Add(Sql.Texts(Array.ConvertAll(messages, m => m.OrganizationId)));
        parameters.Add(Sql.UuidsOrNull(Array.ConvertAll(messages, m => m.BatchId)));
        parameters.Add(Sql.Integers(Array.ConvertAll(messages, m => m.Part)));
        parameters.Add(Sql.Texts(Array.ConvertAll(messages, m => Text(m.Id))));
        parameters.Add(Sql.Integers(Array.ConvertAll(rejects, r => r.Descriptor.Number)));
        parameters.Add(Sql.Texts(Array.ConvertAll(rejects, r => r.Why.SqlState)));
        parameters.Add(Sql.Texts(Array.ConvertAll(rejects, r => r.Why.Field)));
        parameters.Add(Sql.Texts(Array.ConvertAll(rejects, r => r.Why.Reason)));
        parameters.Add(Sql.Texts(Array.ConvertAll(rejects, r => Text(r.Descriptor.Json))));
    }

    /// <summary>U+FFFD stands for what is no UTF-8, and for NUL, which PostgreSQL has no text with.</summary>
    private static string Text(ReadOnlyMemory<byte> utf8) =>
        Encoding.UTF8.GetString(utf8.Span[..Math.Min(utf8.Length, LongestRow)]).Replace('\0', '\uFFFD');
}
