using Npgsql;
using NpgsqlTypes;

namespace PhotoLambda.Tests;

/// <summary>A row of the list with all that filters look at.</summary>
internal sealed record ListedRow(
    Guid Id,
    Guid Project,
    string Status,
    string Kind,
    string? User,
    string? Session,
    DateTime? TakenAt,
    DateTime CreatedAt)
{
    private const string Insert = """
        insert into photos (id, organization_id, project_id, uploaded_by_user_id, session_id, kind, file_name, s3_bucket,
          s3_key_original, declared_content_type, declared_size_bytes, status, taken_at, created_at)
        select id, $1, project, uploader, session, kind, id || '.jpg', 'listed', id::text, 'image/jpeg', 2048, status,
          taken_at, created_at
        from unnest($2, $3, $4, $5, $6, $7, $8, $9)
          as row (id, project, uploader, session, kind, status, taken_at, created_at)
        """;

    /// <summary>Rows of which many share a time, a user, a session.</summary>
    public static ListedRow[] Random(Random random, IReadOnlyList<Guid> projects, int count)
    {
        var start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        string[] statuses = ["pending_upload", "uploaded", "processing", "completed", "completed", "failed"];
        return [.. Enumerable.Range(0, count).Select(_ => new ListedRow(
            new Guid(RandomBytes(random)),
            projects[random.Next(projects.Count)],
            statuses[random.Next(statuses.Length)],
            random.Next(4) == 0 ? "audio" : "image",
            random.Next(8) == 0 ? null : $"user {random.Next(4)}",
            random.Next(3) == 0 ? null : $"session-{random.Next(6)}",
            random.Next(4) == 0 ? null : new DateTime(2025, 6, 1).AddMinutes(random.Next(40)),
            start.AddMicroseconds(random.Next(60))))];
    }

    public static async Task InsertAsync(CloudFixture cloud, string organization, IReadOnlyList<ListedRow> rows)
    {
        await using var connection = new NpgsqlConnection(cloud.Cloud.Database.Owner);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(Insert, connection);
        void Add<T>(NpgsqlDbType type, Func<ListedRow, T> value) => command.Parameters.Add(
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type, Value = rows.Select(value).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = organization });
        Add(NpgsqlDbType.Uuid, r => r.Id);
        Add(NpgsqlDbType.Uuid, r => r.Project);
        Add(NpgsqlDbType.Text, r => r.User);
        Add(NpgsqlDbType.Text, r => r.Session);
        Add(NpgsqlDbType.Text, r => r.Kind);
        Add(NpgsqlDbType.Text, r => r.Status);
        Add(NpgsqlDbType.Timestamp, r => r.TakenAt);
        Add(NpgsqlDbType.TimestampTz, r => r.CreatedAt);
        await command.ExecuteNonQueryAsync();
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return bytes;
    }
}
