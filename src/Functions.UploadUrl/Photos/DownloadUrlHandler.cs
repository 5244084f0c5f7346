using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Media;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary><c>GET /api/v1/photos/{id}/download-url</c>: a URL that gives one object to whoever has it.</summary>
internal sealed class DownloadUrlHandler(NpgsqlDataSource database, DownloadSigner signer)
{
    private const int UsualHours = 24;

    // Seven days are also the longest that the store takes a signature for.
    private const int MostHours = 168;

    private static readonly string[] Variants = ["original", "thumbnail", "visualization"];

    // The public key is that of the copy without positions.
    private const string Select = """
        select case
            when $3 = 'thumbnail' or ($3 = 'original' and r.scrub_gps) then coalesce(p.s3_bucket_derived, p.s3_bucket)
            when $3 = 'visualization' then coalesce(p.s3_bucket_visualization, p.s3_bucket)
            else p.s3_bucket
          end,
          p.file_name, p.status,
          case $3 when 'thumbnail' then p.s3_key_thumbnail when 'visualization' then p.s3_key_visualization
            else case when r.scrub_gps then p.s3_key_public else p.s3_key_original end end,
          case $3 when 'original' then coalesce(p.content_type, 'application/octet-stream') end,
          p.etag is not null or p.uploaded_at is not null
        from photos p join projects r on r.organization_id = p.organization_id and r.id = p.project_id
        where p.organization_id = $1 and p.id = $2
        """;

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var (id, problem) = PathId.Read(http);
        if (problem is not null)
        {
            return problem;
        }

        ((var variant, var hours), problem) = Fields.ReadQuery(http, Read);
        if (problem is not null)
        {
            return problem;
        }

        (var file, problem) = await FindAsync(http.Caller().OrganizationId, id, variant, http.RequestAborted);
        if (file is null)
        {
            return problem!;
        }

        var lifetime = TimeSpan.FromHours(hours);
        return TypedResults.Ok(new DownloadAnswer(
            signer.Sign(file, lifetime), (int)lifetime.TotalSeconds, file.ContentType, file.Name));
    }

    public static (string Variant, int Hours) Read(Fields fields) => (
        fields.Choice("variant", Variants) ?? Variants[0],
        (int)(fields.OptionalInteger("expires_in_hours", 1, MostHours, "hours") ?? UsualHours));

    /// <returns>Either the file or why there is none.</returns>
    private async Task<(StoredFile? File, Problem? Problem)> FindAsync(
        string organization, Guid id, string variant, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organization);
        batch.Add(Select, Sql.Text(organization), Sql.Uuid(id), Sql.Text(variant));
        await using var row = await batch.ReadAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
        {
            return (null, Problems.PhotoNotFound(id));
        }

        var isOriginal = variant == Variants[0];
        if (isOriginal && !row.GetBoolean(5))
        {
            return (null, Problems.NotUploaded(row.GetString(2)));
        }

        if (row.IsDBNull(3))
        {
            return (null, isOriginal ? Problems.NotScrubbed() : Problems.VariantNotFound(variant));
        }

        var (bucket, name, key) = (row.GetString(0), row.GetString(1), row.GetString(3));
        return (row.IsDBNull(4)
            ? StoredFile.Derived(bucket, key, name, variant)
            : new StoredFile(bucket, key, name, row.GetString(4)), null);
    }
}

/// <param name="Url">Gives the object to whoever has it, until it ends.</param>
/// <param name="ContentType">What the store will say that the object is.</param>
internal sealed record DownloadAnswer(string Url, int ExpiresInSeconds, string ContentType, string FileName)
{
    public static readonly NamedSchema Shape = new("DownloadUrl", _ => Schema.Object(
        ("url", Schema.Url("Gives the object to whoever has it, until it ends")),
        ("expires_in_seconds", Schema.Integer()),
        ("content_type", Schema.Text("What the store will say that the object is")),
        ("file_name", Schema.Text("What a browser will save it as"))));
}
