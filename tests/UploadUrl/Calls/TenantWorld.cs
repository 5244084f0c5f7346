using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>
/// An organization with one thing of each sort that an id can name. Whatever it stores has <see cref="Marker"/> in it,
/// by which a leak of it is known.
/// </summary>
internal sealed class TenantWorld(ApiClient client) : IDisposable
{
    // One that is done, or its rows would change beneath a test that counts them.
    private const string InsertBatch = """
        with batch as (
          insert into ingest_batches (id, organization_id, source, total) values ($1, $2, 'api', 1)
        ), part as (
          insert into ingest_parts (batch_id, part, organization_id, rows) values ($1, 0, $2, 1)
        )
        insert into ingest_rejects (organization_id, batch_id, part, message_id, row_number, sqlstate, reason, row)
        values ($2, $1, 0, $3, 0, '42501', $3, $3)
        """;

    private readonly Dictionary<string, string> _values = [];

    public ApiClient Client => client;

    public string Organization => client.Organization;

    public string Marker { get; } = "marker" + Guid.NewGuid().ToString("N");

    public string this[string place] => _values[place];

    public static async Task<TenantWorld> CreateAsync(CloudFixture cloud)
    {
        var world = new TenantWorld(await cloud.NewOrganizationAsync());
        await world.FillAsync(cloud);
        return world;
    }

    /// <summary>An id of the same form that names nothing.</summary>
    public static string Unknown(string place) => place switch
    {
        "$SHA256" => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
        "$SESSION" => "none" + Guid.NewGuid().ToString("N"),
        "$KEY" => $"{Guid.NewGuid()}/2026/01/31/{Guid.NewGuid()}.jpg",
        _ => Guid.NewGuid().ToString(),
    };

    public void Dispose() => client.Dispose();

    private async Task FillAsync(CloudFixture cloud)
    {
        var bytes = ImageBuilder.Jpeg(length: 4096);
        RandomNumberGenerator.Fill(bytes.AsSpan(bytes.Length - 40, 32));
        _values["$SESSION"] = Marker;
        _values["$SHA256"] = Convert.ToHexStringLower(SHA256.HashData(bytes));
        _values["$PROJECT"] = (await SendAsync(HttpStatusCode.Created, "/api/v1/projects", new
        {
            name = Marker,
            policy = new { upload_urls_per_minute = 100_000 },
        })).GetProperty("id").GetString()!;
        _values["$PENDING"] = Id(await TicketAsync(bytes.Length, null));
        _values["$DELETED"] = Id(await TicketAsync(bytes.Length, null));
        var (deleted, _) = await client.SendAsync(HttpMethod.Delete, $"/api/v1/photos/{_values["$DELETED"]}");
        Assert.Equal(HttpStatusCode.NoContent, deleted);
        var processing = await TicketAsync(bytes.Length, _values["$SHA256"]);
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(processing, bytes));
        _values["$PROCESSING"] = Id(processing);
        var failed = await TicketAsync(bytes.Length, null);
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(failed, bytes));
        _values["$FAILED"] = Id(failed);
        var parts = await SendAsync(HttpStatusCode.OK, "/api/v1/photos/multipart", new
        {
            project_id = _values["$PROJECT"],
            file_name = Marker,
            file_size = 12 * 1024 * 1024,
            mime_type = "image/jpeg",
        });
        _values["$PARTS"] = Id(parts);
        _values["$KEY"] = (await SendAsync(HttpStatusCode.OK, "/api/v1/uppy/sign", new
        {
            method = "POST",
            key = Marker,
            project_id = _values["$PROJECT"],
            file_name = Marker,
            file_size = 12 * 1024 * 1024,
            mime_type = "image/jpeg",
        })).GetProperty("key").GetString()!;
        _values["$BATCH"] = Guid.CreateVersion7().ToString();
        await cloud.RowAsync(InsertBatch, Guid.Parse(_values["$BATCH"]), Organization, Marker);
        await client.UntilAsync(processing, "processing");
        await client.UntilAsync(failed, "processing");
        await client.SendAsync(HttpMethod.Patch, $"/api/v1/photos/{_values["$FAILED"]}/status",
            new { status = "failed", failure_reason = Marker });
    }

    private Task<JsonElement> TicketAsync(int size, string? sha256) =>
        SendAsync(HttpStatusCode.OK, "/api/v1/photos/upload-url", new
        {
            project_id = _values["$PROJECT"],
            file_name = Marker,
            file_size = size,
            mime_type = "image/jpeg",
            sha256,
            session_id = Marker,
        });

    private async Task<JsonElement> SendAsync(HttpStatusCode expected, string path, object body)
    {
        var (status, answer) = await client.SendAsync(HttpMethod.Post, path, JsonContent.Create(body));
        Assert.Equal(expected, status);
        return answer;
    }

    private static string Id(JsonElement ticket) => ticket.GetProperty("photo_id").GetString()!;
}
