using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Photos;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>What became of a photo, transition by transition.</summary>
internal sealed class TimelineStore(NpgsqlDataSource database)
{
    // The newest thousand are more than any photo has, but one that a program sends round in circles.
    private const string Select = """
        select e.at, e.from_status, e.to_status, e.cause, e.detail, e.attempt from photos p left join lateral (
          select id, at, from_status, to_status, cause, detail,
            row_number() over (partition by to_status order by id) as attempt
          from photo_events where organization_id = $1 and photo_id = p.id order by id desc limit 1000
        ) e on true
        where p.organization_id = $1 and p.id = $2 order by e.id
        """;

    /// <returns>Null when the organization has no such photo.</returns>
    public async Task<Timeline?> FindAsync(string organizationId, Guid id, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(Select, Sql.Text(organizationId), Sql.Uuid(id));
        await using var row = await batch.ReadAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
        {
            return null;
        }

        var items = new List<Transition>();
        do
        {
            // A photo without events is one row of nulls.
            if (!row.IsDBNull(0))
            {
                items.Add(Map(row));
            }
        }
        while (await row.ReadAsync(cancellation));
        return new Timeline(items);
    }

    private static Transition Map(NpgsqlDataReader row) => new(
        row.GetDateTime(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetString(2), row.GetString(3),
        row.IsDBNull(4) ? null : row.GetString(4), row.GetInt64(5));
}

/// <param name="Items">Oldest first.</param>
internal sealed record Timeline(IReadOnlyList<Transition> Items)
{
    public static readonly NamedSchema Shape = new("Timeline", components => Schema.Object(
        ("items", Schema.Array(components.Refer(Transition.Shape), description: "Oldest first"))));
}

/// <param name="Attempt">How often the photo has entered this status, this time counted.</param>
internal sealed record Transition(
    DateTime At, string? FromStatus, string ToStatus, string Cause, string? Detail, long Attempt)
{
    public static readonly NamedSchema Shape = new("Transition", _ => Schema.Object(
        ("at", Schema.Instant()),
        ("from_status", Schema.Nullable(Schema.Choice(PhotoStatus.All))),
        ("to_status", Schema.Choice(PhotoStatus.All)),
        ("cause", Schema.Text("What led to it, in a few words")),
        ("detail", Schema.Nullable(Schema.Text("Such as the reason of a failure"))),
        ("attempt", Schema.Integer("How often the photo has entered to_status, this time counted", 1))));
}
