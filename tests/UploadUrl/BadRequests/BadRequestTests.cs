using System.Net;
using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>Each bad request gets a problem that names the field, the limit and the value, and leaves no row.</summary>
public class BadRequestTests(CloudFixture cloud)
{
    private static readonly string LongName = new('a', 300);

    public static TheoryData<string, string, string, string> BadFields => new()
    {
        { "file_size", "0", "1024", "0" },
        { "file_size", "1023", "1024", "1023" },
        { "file_size", "52428801", "52428800", "52428801" },
        { "file_size", "-1", "1024", "-1" },
        { "file_size", "1e3", "whole number", "1e3" },
        { "file_size", "2048.5", "whole number", "2048.5" },
        { "file_size", "99999999999999999999", "52428800", "99999999999999999999" },
        { "file_size", "\"2048\"", "whole number", "text" },
        { "file_size", "null", "whole number", "null" },
        { "file_size", "[2048]", "whole number", "an array" },
        { "mime_type", "\"image/gif\"", "image/jpeg or image/png", "image/gif" },
        { "mime_type", "\"IMAGE/JPEG\"", "image/jpeg, image/png", "IMAGE/JPEG" },
        { "mime_type", "\"\"", "image/jpeg, image/png", "" },
        { "mime_type", "7", "image/jpeg, image/png", "a number" },
        { "file_name", "\"\"", "1 to 255", "" },
        { "file_name", "\"  \"", "1 to 255", "  " },
        { "file_name", $"\"{LongName}\"", "1 to 255", "300 characters" },
        { "file_name", "\"a/b.jpg\"", "path separators", "a/b.jpg" },
        { "file_name", "\"a\\\\b.jpg\"", "path separators", "a\\b.jpg" },
        { "file_name", "\"..\"", "path separators", ".." },
        { "file_name", "\"a\\u0000b\"", "control characters", "a\\u0000b" },
        { "file_name", "\"a\\nb\"", "control characters", "a\\u000ab" },
        { "file_name", "\"\\ud800\"", "control characters", "text" },
        { "file_name", "true", "1 to 255", "a boolean" },
        { "file_name", "{}", "1 to 255", "an object" },
        { "project_id", "\"42\"", "a UUID", "42" },
        { "project_id", "42", "a UUID", "a number" },
        { "sha256", "\"abc\"", "64 hexadecimal digits", "abc" },
        { "sha256", $"\"{new string('g', 64)}\"", "64 hexadecimal digits", "ggg" },
        { "detection_types", "\"cars\"", "an array of at most 16", "text" },
        { "detection_types", "[1]", "an array of at most 16", "a number" },
        { "detection_types", "[\"a b\"]", "an array of at most 16", "another text" },
        { "detection_types", $"[{string.Join(',', Enumerable.Repeat("\"a\"", 17))}]", "at most 16", "17" },
        { "priority", "\"urgent\"", "low, normal or high", "urgent" },
        { "session_id", "\"a b\"", "letters, digits", "a b" },
    };

    [Theory]
    [MemberData(nameof(BadFields))]
    public async Task A_bad_field_is_named_with_its_limit_and_value(
        string field, string json, string limit, string value)
    {
        using var client = await cloud.NewOrganizationAsync();
        var body = Body(await client.NewProjectAsync());
        body[field] = "marker";
        var text = body.ToJsonString().Replace("\"marker\"", json, StringComparison.Ordinal);

        var (status, problem) = await client.SendJsonAsync(HttpMethod.Post, "/api/v1/photos/upload-url", text);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("urn:photolambda:problem:invalid-request", problem.GetProperty("type").GetString());
        var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal(field, error.GetProperty("field").GetString());
        Assert.Contains(limit, error.GetProperty("limit").GetString());
        Assert.Contains(value, error.GetProperty("value").GetString() ?? "null");
        await NothingWasWrittenAsync(client);
    }

    [Theory]
    [InlineData("project_id")]
    [InlineData("file_name")]
    [InlineData("file_size")]
    [InlineData("mime_type")]
    public async Task A_missing_field_is_named(string field)
    {
        using var client = await cloud.NewOrganizationAsync();
        var body = Body(await client.NewProjectAsync());
        body.Remove(field);

        var (status, problem) = await client.SendJsonAsync(
            HttpMethod.Post, "/api/v1/photos/upload-url", body.ToJsonString());

        Assert.Equal(HttpStatusCode.BadRequest, status);
        var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal(field, error.GetProperty("field").GetString());
        Assert.Contains("missing", error.GetProperty("detail").GetString());
        await NothingWasWrittenAsync(client);
    }

    [Theory]
    [InlineData("", "malformed-json")]
    [InlineData("{", "malformed-json")]
    [InlineData("[]", "malformed-json")]
    [InlineData("null", "malformed-json")]
    [InlineData("{\"a\":1}garbage", "malformed-json")]
    [InlineData("{\"a\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}", "malformed-json")]
    [InlineData("{'a':1}", "malformed-json")]
    [InlineData("{\"\\ud800\":1}", "invalid-request")]
    public async Task A_body_that_is_not_a_JSON_object_is_refused(string json, string type)
    {
        using var client = await cloud.NewOrganizationAsync();

        var (status, problem) = await client.SendJsonAsync(HttpMethod.Post, "/api/v1/photos/upload-url", json);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal($"urn:photolambda:problem:{type}", problem.GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_body_that_is_not_UTF_8_is_refused()
    {
        using var client = await cloud.NewOrganizationAsync();
        using var content = new ByteArrayContent([.. "{\"file_name\":\""u8, 0xFF, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");

        var (status, problem) = await client.SendAsync(HttpMethod.Post, "/api/v1/photos/upload-url", content);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("UTF-8", problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData(255, HttpStatusCode.OK)]
    [InlineData(256, HttpStatusCode.BadRequest)]
    public async Task A_name_is_counted_in_characters(int characters, HttpStatusCode expected)
    {
        using var client = await cloud.NewOrganizationAsync();
        var body = Body(await client.NewProjectAsync());
        body["file_name"] = string.Concat(Enumerable.Repeat("\U0001F4F7", characters));

        var (status, problem) = await client.SendJsonAsync(
            HttpMethod.Post, "/api/v1/photos/upload-url", body.ToJsonString());

        Assert.Equal(expected, status);
        Assert.True(status == HttpStatusCode.OK || problem.GetProperty("errors")[0].GetProperty("value").GetString()
            == $"{characters} characters long");
    }

    [Theory]
    [InlineData("a")]
    [InlineData("aa")]
    public async Task A_long_value_is_shortened_between_characters(string start)
    {
        using var client = await cloud.NewOrganizationAsync();
        var body = Body(await client.NewProjectAsync());
        body["file_name"] = start + "/" + string.Concat(Enumerable.Repeat("\U0001F4F7", 100));

        var (status, problem) = await client.SendJsonAsync(
            HttpMethod.Post, "/api/v1/photos/upload-url", body.ToJsonString());

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.EndsWith("\U0001F4F7…", problem.GetProperty("errors")[0].GetProperty("value").GetString());
    }

    [Fact]
    public async Task A_field_that_is_given_twice_is_refused()
    {
        using var client = await cloud.NewOrganizationAsync();
        var text = Body(await client.NewProjectAsync()).ToJsonString().Insert(1, "\"file_size\":4096,");

        var (status, problem) = await client.SendJsonAsync(HttpMethod.Post, "/api/v1/photos/upload-url", text);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("file_size", problem.GetProperty("errors")[0].GetProperty("field").GetString());
        await NothingWasWrittenAsync(client);
    }

    [Fact]
    public async Task All_bad_fields_are_named_at_once()
    {
        using var client = await cloud.NewOrganizationAsync();

        var (_, problem) = await client.SendJsonAsync(HttpMethod.Post, "/api/v1/photos/upload-url", "{}");

        Assert.Equal(4, problem.GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public async Task A_body_of_another_type_is_refused()
    {
        using var client = await cloud.NewOrganizationAsync();
        using var content = new StringContent("project_id=1");

        var (status, problem) = await client.SendAsync(HttpMethod.Post, "/api/v1/photos/upload-url", content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
        Assert.Contains("text/plain", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_body_over_64_KiB_is_refused()
    {
        using var client = await cloud.NewOrganizationAsync();

        var (status, problem) = await client.SendJsonAsync(
            HttpMethod.Post, "/api/v1/photos/upload-url", $"{{\"file_name\":\"{new string('a', 65_536)}\"}}");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("65536", problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("GET", "/api/v1/nothing", 404, "route-not-found")]
    [InlineData("DELETE", "/api/v1/projects", 405, "method-not-allowed")]
    [InlineData("GET", "/api/v1/photos/not-a-uuid", 400, "invalid-request")]
    [InlineData("GET", "/api/v1/projects?cursor=x", 400, "invalid-request")]
    public async Task A_wrong_address_gets_a_problem(string method, string path, int expected, string type)
    {
        using var client = await cloud.NewOrganizationAsync();

        var (status, problem) = await client.SendAsync(HttpMethod.Parse(method), path, (object?)null);

        Assert.Equal(expected, (int)status);
        Assert.Equal($"urn:photolambda:problem:{type}", problem.GetProperty("type").GetString());
    }

    private static JsonObject Body(string project) => new()
    {
        ["project_id"] = project,
        ["file_name"] = "photo.jpg",
        ["file_size"] = 2048,
        ["mime_type"] = "image/jpeg",
    };

    private async Task NothingWasWrittenAsync(ApiClient client)
    {
        var row = await cloud.RowAsync("select count(*) from photos where organization_id = $1", client.Organization);
        Assert.Equal(0L, row[0]);
    }
}
