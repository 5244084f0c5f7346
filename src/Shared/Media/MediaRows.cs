using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Photos;

namespace PhotoLambda.Media;

/// <summary>What a caller may see of the rows of <c>photos</c>.</summary>
internal sealed class MediaRows(NpgsqlDataSource database)
{
    // What is another organization's is there only where it is nobody's in particular, and its project shares it.
    private const string Visible = """
        (organization_id = $1 or (uploaded_by_user_id is null and exists (
          select from projects r where r.organization_id = photos.organization_id and r.id = photos.project_id
            and r.system_media = 'everyone')))
        """;

    private const string Find = $"""
        select {PhotoRow.Columns},
          (select r.scrub_gps from projects r
            where r.organization_id = photos.organization_id and r.id = photos.project_id) as is_scrubbed,
          etag is not null or uploaded_at is not null or (upload_source = 'service' and sha256 is not null)
            as has_object
        from photos where id = $2 and {Visible}
        """;

    private const string Named = $"""
        select {PhotoRow.Columns} from photos where s3_bucket = $2 and s3_key_original = $3 and {Visible}
        """;

    private const string SetTranscript = $"""
        update photos set transcript = $3, updated_at = now()
        where organization_id = $1 and id = $2 and kind = 'audio'
        returning {PhotoRow.Columns}
        """;

    // The form of a file's name, which only the database knows in a process without ICU.
    private const string Policy = """
        select r.allowed_types, normalize($3, nfc) from (select $1 as organization_id, $2 as id) g
        left join projects r using (organization_id, id)
        """;

    private const string NormalName = "select normalize($1, nfc)";

    /// <returns>Null when there is none that the caller could know of.</returns>
    /// <exception cref="MediaNotYoursException">It is another user's.</exception>
    public async Task<FoundMedia?> FindAsync(MediaCaller caller, Guid id, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, caller.OrganizationId);
        batch.Add(Find, Sql.Text(caller.OrganizationId), Sql.Uuid(id));
        await using var row = await batch.ReadAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
        {
            return null;
        }

        var found = new FoundMedia(
            PhotoRow.Map(row),
            row.GetBoolean(row.GetOrdinal("is_scrubbed")),
            row.GetBoolean(row.GetOrdinal("has_object")));
        return found.IsReadableBy(caller) ? found : throw NotYours(id);
    }

    /// <returns>As <see cref="FindAsync"/>.</returns>
    /// <inheritdoc cref="FindAsync" path="/exception"/>
    public async Task<PhotoRow?> NamedAsync(
        MediaCaller caller, string bucket, string key, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, caller.OrganizationId);
        batch.Add(Named, Sql.Text(caller.OrganizationId), Sql.Text(bucket), Sql.Text(key));
        await using var row = await batch.ReadAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
        {
            return null;
        }

        var found = PhotoRow.Map(row);
        return FoundMedia.IsReadable(found, caller) ? found : throw NotYours(found.Id);
    }

    public async Task<IReadOnlyList<PhotoRow>> ListAsync(
        string organizationId, string userId, int limit, PhotoRow? after, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(PhotoRepository.ByUser, Sql.Text(organizationId), Sql.Text(userId),
            Sql.Instant(after?.CreatedAt), Sql.Uuid(after?.Id), Sql.Number(limit));
        await using var row = await batch.ReadAsync(cancellation);
        var rows = new List<PhotoRow>();
        while (await row.ReadAsync(cancellation))
        {
            rows.Add(PhotoRow.Map(row));
        }

        return rows;
    }

    /// <returns>Null when there is no such sound.</returns>
    public async Task<PhotoRow?> SetTranscriptAsync(
        string organizationId, Guid id, string? transcript, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(SetTranscript, Sql.Text(organizationId), Sql.Uuid(id), Sql.Text(transcript));
        await using var row = await batch.ReadAsync(cancellation);
        return await row.ReadAsync(cancellation) ? PhotoRow.Map(row) : null;
    }

    /// <returns>The types that a project takes, null when the organization has none of that id; and the name in the
    /// form NFC.</returns>
    public async Task<(string[]? Types, string Name)> PolicyAsync(
        string organizationId, Guid project, string name, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organizationId);
        batch.Add(Policy, Sql.Text(organizationId), Sql.Uuid(project), Sql.Text(name));
        await using var row = await batch.ReadAsync(cancellation);
        await row.ReadAsync(cancellation);
        return (row.IsDBNull(0) ? null : row.GetFieldValue<string[]>(0), row.GetString(1));
    }

    public async Task<string> NormalNameAsync(string name, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(Sql.Command(NormalName, Sql.Text(name)));
        return (string)(await batch.ExecuteScalarAsync(cancellation))!;
    }

    private static MediaNotYoursException NotYours(Guid id) => new($"Medium {id} is another user's.");
}

/// <param name="IsScrubbed">The project gives its users copies without positions.</param>
/// <param name="HasObject">The original has arrived.</param>
internal sealed record FoundMedia(PhotoRow Row, bool IsScrubbed, bool HasObject)
{
    public static bool IsReadable(PhotoRow row, MediaCaller caller) =>
        caller.UserId is null || row.UploadedByUserId is null || row.UploadedByUserId == caller.UserId;

    public bool IsReadableBy(MediaCaller caller) => IsReadable(Row, caller);

    /// <param name="isPublic">For whoever gets its URL: positions are withheld where the project wants it.</param>
    /// <exception cref="MediaNotFoundException">There is no such object (yet).</exception>
    public StoredFile File(MediaVariant variant, bool isPublic)
    {
        var (bucket, key) = variant switch
        {
            MediaVariant.Original when isPublic && IsScrubbed => (Row.DerivedBucket, Row.PublicKey),
            MediaVariant.Original => (Row.Bucket, Row.Key),
            MediaVariant.Thumbnail => (Row.DerivedBucket, Row.ThumbnailKey),
            MediaVariant.Visualization => (Row.VisualizationBucket, Row.VisualizationKey),
            _ => throw new ArgumentOutOfRangeException(
                nameof(variant), $"variant is {variant}; it must be Original, Thumbnail or Visualization."),
        };
        if (key is null || (variant == MediaVariant.Original && !HasObject))
        {
            throw new MediaNotFoundException(
                $"Medium {Row.Id}, which is {Row.Status}, has no {variant.ToString().ToLowerInvariant()} to give.");
        }

        return variant == MediaVariant.Original
            ? new StoredFile(bucket, key, Row.FileName, Row.ContentType)
            : StoredFile.Derived(bucket, key, Row.FileName, variant.ToString().ToLowerInvariant());
    }

    /// <exception cref="MediaNotYoursException">The caller may only read it.</exception>
    public FoundMedia ToChange(MediaCaller caller) =>
        Row.OrganizationId == caller.OrganizationId
        && (caller.UserId is null || Row.UploadedByUserId == caller.UserId)
            ? this
            : throw new MediaNotYoursException($"Medium {Row.Id} is system-wide: it can be read, and not changed.");
}
