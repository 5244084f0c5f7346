using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Projects;

/// <summary>The projects of the caller's organization.</summary>
internal sealed class ProjectStore(NpgsqlDataSource database)
{
    private const int PageSize = 100;

    // The id is new, so a conflict is the row of an attempt whose answer was lost: it is given as it stands.
    private const string Insert = """
        insert into projects (id, organization_id, name)
        select $1, id, $3 from organizations where id = $2
        on conflict (id) do update set name = excluded.name
        returning id, name, created_at
        """;

    // Ids are UUIDv7: their order is the order of creation.
    private const string Select = """
        select id, name, created_at from projects
        where organization_id = $1 and id > $2 order by id limit 101
        """;

    /// <returns>Null when nobody has made the organization.</returns>
    public async Task<Project?> CreateAsync(string organizationId, string name, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(Insert, Sql.Uuid(Guid.CreateVersion7()), Sql.Text(organizationId), Sql.Text(name));
        await using var reader = await batch.ReadAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Map(reader) : null;
    }

    /// <param name="after">The last id of the page before.</param>
    public async Task<ProjectPage> ListAsync(string organizationId, Guid? after, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(Select, Sql.Text(organizationId), Sql.Uuid(after ?? Guid.Empty));
        await using var reader = await batch.ReadAsync(cancellation);
        var items = new List<Project>();
        while (await reader.ReadAsync(cancellation))
        {
            items.Add(Map(reader));
        }

        return items.Count > PageSize
            ? new ProjectPage(items[..PageSize], items[PageSize - 1].Id.ToString("N"))
            : new ProjectPage(items, null);
    }

    private static Project Map(NpgsqlDataReader row) => new(row.GetGuid(0), row.GetString(1), row.GetDateTime(2));
}

internal sealed record Project(Guid Id, string Name, DateTime CreatedAt)
{
    public static readonly NamedSchema Shape = new("Project", _ => Schema.Object(
        ("id", Schema.Uuid()),
        ("name", Schema.Text()),
        ("created_at", Schema.Instant())));
}

/// <param name="NextCursor">Null on the last page.</param>
internal sealed record ProjectPage(IReadOnlyList<Project> Items, string? NextCursor)
{
    public static readonly NamedSchema Shape = new("ProjectPage", components => Schema.Object(
        ("items", Schema.Array(components.Refer(Project.Shape))),
        ("next_cursor", Schema.Nullable(Schema.Text("For the next page; null on the last")))));
}
