using System.Runtime.CompilerServices;
using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Cli.Reconcile;

/// <param name="IsSettled">It was not changed lately, so that no event of it can be under way.</param>
internal sealed record PhotoRow(Guid Id, string Key, string Status, string? ETag, bool IsSettled);

/// <summary>The rows of a bucket in the order of its listing.</summary>
internal sealed class PhotoRows(NpgsqlDataSource database, string bucket, DateTimeOffset cutoff)
{
    private const int InPage = 1000;

    // The column is of collation "C": the order is that of the bytes, and the index of bucket and key has it.
    private const string Select = """
        select id, s3_key_original, status, etag, updated_at <= $3 from photos
        where s3_bucket = $1 and s3_key_original >= $2 order by s3_key_original limit $4
        """;

    private const string SelectByKey = """
        select s3_key_original, s3_key_thumbnail, s3_key_public from photos
        where s3_bucket = $1 and s3_key_original = any ($2)
        """;

    private const string SelectUploads = """
        select s3_upload_id from photos
        where s3_bucket = $1 and s3_key_original = any ($2) and status = 'pending_upload' and s3_upload_id is not null
        """;

    public async IAsyncEnumerable<PhotoRow> ReadAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var page = new List<PhotoRow>(InPage);
        // There is no text between a key and the same with this character behind it.
        for (var from = prefix; ; from = page[^1].Key + '\u0001')
        {
            await ReadPageAsync(from, page, cancellation);
            foreach (var row in page)
            {
                if (!row.Key.StartsWith(prefix, StringComparison.Ordinal))
                {
                    yield break;
                }

                yield return row;
            }

            if (page.Count < InPage)
            {
                yield break;
            }
        }
    }

    /// <param name="keys">Of originals.</param>
    /// <returns>The keys of thumbnails and public copies that their rows name.</returns>
    public async Task<HashSet<string>> DerivedAsync(string[] keys, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(SelectByKey);
        command.Parameters.Add(Sql.Text(bucket));
        command.Parameters.Add(Sql.Texts(keys));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var derived = new HashSet<string>();
        while (await row.ReadAsync(cancellation))
        {
            derived.Add(row.IsDBNull(1) ? "" : row.GetString(1));
            derived.Add(row.IsDBNull(2) ? "" : row.GetString(2));
        }

        return derived;
    }

    /// <returns>The uploads of these keys that photos wait for.</returns>
    public async Task<HashSet<string>> AwaitedUploadsAsync(string[] keys, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(SelectUploads);
        command.Parameters.Add(Sql.Text(bucket));
        command.Parameters.Add(Sql.Texts(keys));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var awaited = new HashSet<string>();
        while (await row.ReadAsync(cancellation))
        {
            awaited.Add(row.GetString(0));
        }

        return awaited;
    }

    private async Task ReadPageAsync(string from, List<PhotoRow> page, CancellationToken cancellation)
    {
        page.Clear();
        await using var command = database.CreateCommand(Select);
        command.Parameters.Add(Sql.Text(bucket));
        command.Parameters.Add(Sql.Text(from));
        command.Parameters.Add(Sql.Instant(cutoff));
        command.Parameters.Add(Sql.Number(InPage));
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            page.Add(new PhotoRow(row.GetGuid(0), row.GetString(1), row.GetString(2),
                row.IsDBNull(3) ? null : row.GetString(3), row.GetBoolean(4)));
        }
    }
}
