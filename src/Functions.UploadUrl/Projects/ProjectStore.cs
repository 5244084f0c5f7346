using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.UploadUrl.Projects;

/// <summary>The projects of the caller's organization.</summary>
internal sealed class ProjectStore(NpgsqlDataSource database)
{
    private const int PageSize = 100;

    private const string Create = """
        select outcome, kept_status, kept_location, kept_body
        from create_project($1, $2, $3, $4, $5::smallint, $6, $7, $8, $9, $10, $11, $12, $13, $14::integer, $15)
        """;

    // What is read of files came after the function above. Where that made no project, there is none to change.
    private const string SetReading = """
        update projects set gps = $3, gps_grid = $4, scrub_gps = $5, keep_all_tags = $6, hash_image_data = $7,
          max_pixels = $8, thumbnail_sizes = $9, publish_to_cdn = $10, system_media = $11
        where organization_id = $1 and id = $2
        """;

    private const string Columns = """
        id, name, allowed_types, max_image_bytes, max_audio_bytes, max_multipart_bytes, upload_urls_per_minute,
          created_at, gps, gps_grid, scrub_gps, keep_all_tags, hash_image_data, max_pixels,
          thumbnail_sizes, publish_to_cdn, system_media
        """;

    // Ids are UUIDv7: their order is the order of creation.
    private const string List = $"""
        select {Columns}
        from projects where organization_id = $1 and id > $2 order by id limit 101
        """;

    private const string Select = $"""
        select {Columns}
        from projects where organization_id = $1 and id = $2
        """;

    private const string Update = $"""
        update projects set name = coalesce($3, name), allowed_types = coalesce($4, allowed_types),
          max_image_bytes = coalesce($5, max_image_bytes), max_audio_bytes = coalesce($6, max_audio_bytes),
          max_multipart_bytes = coalesce($7, max_multipart_bytes),
          upload_urls_per_minute = coalesce($8::integer, upload_urls_per_minute),
          gps = coalesce($9, gps), gps_grid = coalesce($10, gps_grid), scrub_gps = coalesce($11, scrub_gps),
          keep_all_tags = coalesce($12, keep_all_tags), hash_image_data = coalesce($13, hash_image_data),
          max_pixels = coalesce($14, max_pixels), thumbnail_sizes = coalesce($15, thumbnail_sizes),
          publish_to_cdn = coalesce($16, publish_to_cdn), system_media = coalesce($17, system_media)
        where organization_id = $1 and id = $2
        returning {Columns}
        """;

    /// <param name="keyed">What is kept with the project.</param>
    /// <returns>Whether it was made; if not, what was kept for the key, or null when nobody has made the organization.
    /// </returns>
    public async Task<(bool IsMade, IResult? Kept)> CreateAsync(
        Caller caller, Project project, KeyedAnswer? keyed, CancellationToken cancellation)
    {
        var policy = project.Policy;
        await using var batch = new TenantBatch(database, caller.OrganizationId);
        batch.Add(Create, Sql.Text(caller.OrganizationId), Sql.Text(caller.Subject),
            Sql.Text(keyed?.Key.Value), Sql.Bytes(keyed?.Key.RequestHash), Sql.Number(keyed?.Answer.Status),
            Sql.Text(keyed?.Answer.Location), Sql.Bytes(keyed?.Answer.Body.ToArray()),
            Sql.Uuid(project.Id), Sql.Text(project.Name), Sql.Texts([.. policy.AllowedTypes]),
            Sql.Number(policy.MaxImageBytes), Sql.Number(policy.MaxAudioBytes), Sql.Number(policy.MaxMultipartBytes),
            Sql.Number(policy.UploadUrlsPerMinute), Sql.Instant(project.CreatedAt))
            .Add(SetReading, [
                Sql.Text(caller.OrganizationId), Sql.Uuid(project.Id), .. Reading(PolicyChange.Of(policy))]);
        await using var row = await batch.ReadAsync(cancellation);
        await row.ReadAsync(cancellation);
        var outcome = row.GetString(0);
        return (outcome == "created", KeptAnswer.Read(row, outcome, 1));
    }

    public async Task<Project?> FindAsync(string organizationId, Guid id, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(Select, Sql.Text(organizationId), Sql.Uuid(id));
        await using var row = await batch.ReadAsync(cancellation);
        return await row.ReadAsync(cancellation) ? Map(row) : null;
    }

    /// <returns>The project as it is then; null when the organization has none of this id.</returns>
    public async Task<Project?> ChangeAsync(
        string organizationId, Guid id, ProjectChange change, CancellationToken cancellation)
    {
        var policy = change.Policy;
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(Update, [
            Sql.Text(organizationId), Sql.Uuid(id), Sql.Text(change.Name), Sql.Texts(policy.AllowedTypes),
            Sql.Number(policy.MaxImageBytes), Sql.Number(policy.MaxAudioBytes), Sql.Number(policy.MaxMultipartBytes),
            Sql.Number(policy.UploadUrlsPerMinute), .. Reading(policy)]);
        await using var row = await batch.ReadAsync(cancellation);
        return await row.ReadAsync(cancellation) ? Map(row) : null;
    }

    /// <param name="after">The last id of the page before.</param>
    /// <returns>A page, and whether there is another.</returns>
    public async Task<(IReadOnlyList<Project> Items, bool HasMore)> ListAsync(
        string organizationId, Guid? after, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(List, Sql.Text(organizationId), Sql.Uuid(after ?? Guid.Empty));
        await using var row = await batch.ReadAsync(cancellation);
        var items = new List<Project>();
        while (await row.ReadAsync(cancellation))
        {
            items.Add(Map(row));
        }

        return items.Count > PageSize ? (items[..PageSize], true) : (items, false);
    }

    private static NpgsqlParameter[] Reading(PolicyChange policy) =>
    [
        Sql.Text(policy.Gps), Sql.Real(policy.GpsGrid), Sql.Boolean(policy.ScrubGps), Sql.Boolean(policy.KeepAllTags),
        Sql.Boolean(policy.HashImageData), Sql.Number(policy.MaxPixels), Sql.Integers(policy.ThumbnailSizes),
        Sql.Boolean(policy.PublishToCdn), Sql.Text(policy.SystemMedia),
    ];

    private static Project Map(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        row.GetString(1),
        new ProjectPolicy(
            row.GetFieldValue<string[]>(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt32(6),
            row.GetString(8), row.GetDouble(9), row.GetBoolean(10), row.GetBoolean(11), row.GetBoolean(12),
            row.GetInt64(13), row.GetFieldValue<int[]>(14), row.GetBoolean(15), row.GetString(16)),
        row.GetDateTime(7));
}
