using Npgsql;

namespace PhotoLambda.Cli.Backfill;

/// <summary>Rejects for the same cause.</summary>
/// <param name="Reason">Of one of them.</param>
/// <param name="Key">Of one of them; null where none can be read.</param>
internal sealed record RejectGroup(string SqlState, string? Field, string Reason, long Count, string? Key)
{
    /// <summary>What a query has to select, grouped by the first two.</summary>
    public const string Columns = """
        sqlstate, field, min(reason), count(*), min(substring(row from '"s3_key" *: *"([^"]*)'))
        """;

    public static async Task<IReadOnlyList<RejectGroup>> ReadAsync(NpgsqlDataReader row, CancellationToken cancellation)
    {
        var groups = new List<RejectGroup>();
        while (await row.ReadAsync(cancellation))
        {
            groups.Add(new RejectGroup(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetString(2),
                row.GetInt64(3), row.IsDBNull(4) ? null : row.GetString(4)));
        }

        return groups;
    }

    public static string Table(IEnumerable<RejectGroup> groups)
    {
        List<string[]> table = [["sqlstate", "field", "rejects", "such as", "because it"]];
        table.AddRange(groups.Select(g => new[]
        {
            g.SqlState, Shown.Text(g.Field ?? "-"), Shown.Count(g.Count), Shown.Text(g.Key ?? "-"),
            Shown.Text(g.Reason),
        }));
        return Shown.Table(table, 2);
    }
}
