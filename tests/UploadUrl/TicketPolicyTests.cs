using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>A ticket keeps to the project's policy, which is made and changed with the project.</summary>
public class TicketPolicyTests(CloudFixture cloud)
{
    private const string Ticket = "/api/v1/photos/upload-url";

    [Fact]
    public async Task A_project_has_the_default_policy_where_it_asks_for_none()
    {
        using var client = await cloud.NewOrganizationAsync();
        var id = await client.NewProjectAsync();

        var policy = (await GetAsync(client, id)).Json.GetProperty("policy").GetRawText();

        Assert.Equal(
            """
            {"allowed_types":["image/jpeg","image/png"],"max_image_bytes":52428800,"max_audio_bytes":104857600,"max_multipart_bytes":524288000,"upload_urls_per_minute":100,"gps":"keep","gps_grid":0.1,"scrub_gps":false,"keep_all_tags":false,"hash_image_data":false,"max_pixels":100000000,"thumbnail_sizes":[],"publish_to_cdn":false,"system_media":"organization"}
            """, policy);
        Assert.Equal([true], await cloud.RowAsync(
            """
            insert into projects (id, organization_id, name) values (gen_random_uuid(), $1, 'of the table') returning
              (allowed_types, max_image_bytes, max_audio_bytes, max_multipart_bytes, upload_urls_per_minute) =
              (select p.allowed_types, p.max_image_bytes, p.max_audio_bytes, p.max_multipart_bytes,
                p.upload_urls_per_minute from projects p where p.id = $2)
            """, client.Organization, Guid.Parse(id)));
    }

    [Fact]
    public async Task A_change_leaves_alone_what_it_does_not_name()
    {
        using var client = await cloud.NewOrganizationAsync();
        var id = await client.NewProjectAsync(JsonNode.Parse("""{"max_audio_bytes":5000,"allowed_types":["audio/wav","audio/wav"]}"""));

        var named = await PatchAsync(client, id, """{"name":"Quay"}""");
        var limited = await PatchAsync(client, id, """{"name":null,"policy":{"upload_urls_per_minute":7,"max_image_bytes":null}}""");
        var nothing = await PatchAsync(client, id, "{}");

        Assert.Equal((200, "Quay"), (named.Status, named.Json.GetProperty("name").GetString()));
        Assert.Equal((limited.Text, limited.Text), (nothing.Text, (await GetAsync(client, id)).Text));
        var policy = limited.Json.GetProperty("policy");
        Assert.Equal("""["audio/wav"]""", policy.GetProperty("allowed_types").GetRawText());
        Assert.Equal((7, 5000, 52_428_800), (policy.GetProperty("upload_urls_per_minute").GetInt32(),
            policy.GetProperty("max_audio_bytes").GetInt32(), policy.GetProperty("max_image_bytes").GetInt32()));
        Assert.Equal("Quay", limited.Json.GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("""{"policy":{"allowed_types":[]}}""", "policy.allowed_types", "1 to 12")]
    [InlineData("""{"policy":{"allowed_types":["image/bmp"]}}""", "policy.allowed_types", "image/jpeg, image/png")]
    [InlineData("""{"policy":{"max_image_bytes":1023}}""", "policy.max_image_bytes", "1024 to 524288000 bytes")]
    [InlineData("""{"policy":{"max_image_bytes":524288001}}""", "policy.max_image_bytes", "1024 to 524288000 bytes")]
    [InlineData("""{"policy":{"max_audio_bytes":0}}""", "policy.max_audio_bytes", "1024 to 524288000 bytes")]
    [InlineData("""{"policy":{"max_multipart_bytes":5368709121}}""", "policy.max_multipart_bytes", "to 5368709120")]
    [InlineData("""{"policy":{"upload_urls_per_minute":0}}""", "policy.upload_urls_per_minute", "1 to 100000")]
    [InlineData("""{"policy":{"upload_urls_per_minute":100001}}""", "policy.upload_urls_per_minute", "1 to 100000")]
    [InlineData("""{"policy":[]}""", "policy", "an object")]
    [InlineData("""{"name":""}""", "name", "1 to 200")]
    public async Task A_bad_policy_is_refused(string json, string field, string limit)
    {
        using var client = await cloud.NewOrganizationAsync();
        var id = await client.NewProjectAsync();
        var before = (await GetAsync(client, id)).Text;

        ApiAnswer[] answers =
        [
            await PatchAsync(client, id, json),
            await client.PostAsync("/api/v1/projects", json.Contains("name") ? json : json.Insert(1, "\"name\":\"x\",")),
        ];

        Assert.All(answers, answer =>
        {
            var error = Assert.Single(answer.Json.GetProperty("errors").EnumerateArray());
            Assert.Equal((400, field), (answer.Status, error.GetProperty("field").GetString()));
            Assert.Contains(limit, error.GetProperty("limit").GetString());
        });
        Assert.Equal(before, (await GetAsync(client, id)).Text);
    }

    [Fact]
    public async Task Anothers_project_is_neither_read_nor_changed()
    {
        using var ours = await cloud.NewOrganizationAsync();
        using var theirs = await cloud.NewOrganizationAsync();
        var id = await ours.NewProjectAsync();

        ApiAnswer[] foreign = [await GetAsync(theirs, id), await PatchAsync(theirs, id, """{"name":"taken"}""")];
        ApiAnswer[] unknown =
        [
            await GetAsync(theirs, $"{Guid.NewGuid()}"), await PatchAsync(theirs, $"{Guid.NewGuid()}", "{}"),
        ];

        Assert.All([.. foreign, .. unknown], a => Assert.Equal((404, "project-not-found"), (a.Status, a.Problem)));
        Assert.Equal("Harbour", (await GetAsync(ours, id)).Json.GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("image/webp", 2048, "mime_type", "audio/mpeg or image/png", "\"image/webp\"")]
    [InlineData("image/png", 5001, "file_size", "1024 to 5000 bytes", "5001")]
    [InlineData("audio/mpeg", 9001, "file_size", "1024 to 9000 bytes", "9001")]
    [InlineData("image/png", 524_288_001, "file_size", "1024 to 524288000 bytes", "524288001")]
    public async Task What_the_policy_does_not_allow_is_a_bad_field(
        string type, long size, string field, string limit, string value)
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync(JsonNode.Parse(
            """{"allowed_types":["audio/mpeg","image/png"],"max_image_bytes":5000,"max_audio_bytes":9000}"""));

        var answer = await client.PostAsync(Ticket, ApiRequests.TicketRequest(project, type, size));

        var error = Assert.Single(answer.Json.GetProperty("errors").EnumerateArray());
        Assert.Equal((400, "invalid-request"), (answer.Status, answer.Problem));
        Assert.Equal((field, value), (error.GetProperty("field").GetString(), error.GetProperty("value").GetString()));
        Assert.Contains(limit, error.GetProperty("limit").GetString());
        Assert.Null(answer.Header("RateLimit-Limit"));
        Assert.Equal((0, 0), (await cloud.PhotosAsync(client), await cloud.GrantedAsync(client)));
    }

    private static Task<ApiAnswer> GetAsync(ApiClient client, string id) =>
        client.PostAsync($"/api/v1/projects/{id}", null, method: HttpMethod.Get);

    private static Task<ApiAnswer> PatchAsync(ApiClient client, string id, string json) =>
        client.PostAsync($"/api/v1/projects/{id}", json, method: HttpMethod.Patch);
}
