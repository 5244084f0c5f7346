using System.Text.Json;
using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Photos;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>
/// <c>POST /api/v1/photos/check</c>: which of these files are there, so that nobody uploads them again.
/// </summary>
internal sealed class KnownPhotos(NpgsqlDataSource database)
{
    public static readonly NamedSchema Shape = new("KnownPhotos", _ => Schema.Object(
        ("items", Schema.Array(Schema.Object(
            ("sha256", Schema.Text("As it was sent")),
            ("known", Schema.Boolean()),
            ("photo_id", Schema.Nullable(Schema.Uuid("The oldest, where there are several"))),
            ("project_id", Schema.Nullable(Schema.Uuid())),
            ("status", Schema.Nullable(Schema.Choice(
                [PhotoStatus.Uploaded, PhotoStatus.Processing, PhotoStatus.Completed]))))))));

    private const int LongestBody = 128 * 1024;

    // Ids are UUIDv7: the least is the oldest.
    private const string Select = """
        select distinct on (sha256) encode(sha256, 'hex'), id, project_id, status from photos
        where organization_id = $1 and sha256 = any ($2) and status in ('uploaded', 'processing', 'completed')
          and ($3::uuid is null or project_id = $3)
        order by sha256, id
        """;

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var (request, problem) = await JsonBody.ReadAsync(http, HashesRequest.Read, LongestBody);
        if (request is null)
        {
            return problem!;
        }

        var known = await FindAsync(http.Caller().OrganizationId, request, http.RequestAborted);
        return JsonAnswer.Write(StatusCodes.Status200OK, (request, known), Write, 256 * request.Hashes.Length);
    }

    private async Task<Dictionary<string, KnownPhoto>> FindAsync(
        string organization, HashesRequest request, CancellationToken cancellation)
    {
        await using var batch = new TenantBatch(database, organization);
        batch.Add(Select, Sql.Text(organization), Sql.Blobs(Array.ConvertAll(request.Hashes, Convert.FromHexString)),
            Sql.Uuid(request.ProjectId));
        await using var row = await batch.ReadAsync(cancellation);
        var known = new Dictionary<string, KnownPhoto>(StringComparer.OrdinalIgnoreCase);
        while (await row.ReadAsync(cancellation))
        {
            known.Add(row.GetString(0), new KnownPhoto(row.GetGuid(1), row.GetGuid(2), row.GetString(3)));
        }

        return known;
    }

    private static void Write(
        Utf8JsonWriter json, (HashesRequest Request, Dictionary<string, KnownPhoto> Known) answer)
    {
        json.WriteStartObject();
        json.WriteStartArray("items"u8);
        foreach (var hash in answer.Request.Hashes)
        {
            var photo = answer.Known.GetValueOrDefault(hash);
            json.WriteStartObject();
            json.WriteString("sha256"u8, hash);
            json.WriteBoolean("known"u8, photo is not null);
            json.WriteString("photo_id"u8, photo?.Id.ToString());
            json.WriteString("project_id"u8, photo?.ProjectId.ToString());
            json.WriteString("status"u8, photo?.Status);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private sealed record KnownPhoto(Guid Id, Guid ProjectId, string Status);
}

/// <param name="Hashes">64 hexadecimal digits each.</param>
/// <param name="ProjectId">Null: the whole organization.</param>
internal sealed record HashesRequest(string[] Hashes, Guid? ProjectId)
{
    private const int Most = 1000;

    public static HashesRequest Read(Fields fields) => new(
        fields.Texts("sha256", Most, 64, UploadRequest.IsSha256, "64 hexadecimal digits", least: 1, required: true),
        fields.OptionalUuid("project_id"));
}
