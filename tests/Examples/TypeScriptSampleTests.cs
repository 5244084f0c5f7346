using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>The samples for browsers and React Native, as they are, against the cloud.</summary>
public class TypeScriptSampleTests(CloudFixture cloud, TypeScriptSamples samples) : IClassFixture<TypeScriptSamples>
{
    private static readonly byte[] Small = ImageBuilder.Jpeg(64, 48, length: 4096);

    [Theory]
    [InlineData("browser")]
    [InlineData("react-native")]
    public async Task A_sample_uploads_with_the_headers_of_its_ticket(string sample)
    {
        var (result, _) = await UploadAsync(sample, Small);

        var photo = result.GetProperty("photo");
        Assert.Contains(photo.GetProperty("status").GetString(), (string[])["uploaded", "processing"]);
        Assert.Equal(64, photo.GetProperty("width").GetInt32());
        Assert.Equal(1, result.GetProperty("progress").GetDouble());
        var put = result.GetProperty("sent").EnumerateArray().Single(s => s.GetProperty("method").GetString() == "PUT");
        string[] headers = sample == "browser"
            ? ["content-type", "if-none-match", "x-amz-checksum-sha256"]
            : ["content-length", "content-type", "if-none-match"];
        Assert.Equal(headers, put.GetProperty("headers").EnumerateArray().Select(h => h.GetString()).Order());
    }

    [Theory]
    [InlineData("browser", "POST", "POST 200, POST 200, PUT 200")]
    [InlineData("browser", "PUT", "POST 200, PUT 200, PUT 412")]
    [InlineData("browser", "GET", "POST 200, PUT 200")]
    [InlineData("react-native", "POST", "POST 200, POST 200, PUT 200")]
    [InlineData("react-native", "PUT", "POST 200, PUT 200, PUT 412")]
    [InlineData("react-native", "GET", "POST 200, PUT 200")]
    public async Task A_lost_answer_is_made_good_by_one_photo(string sample, string lost, string writes)
    {
        var (result, project) = await UploadAsync(sample, Small, lost);

        Assert.Equal(writes, string.Join(", ", result.GetProperty("sent").EnumerateArray()
            .Where(s => s.GetProperty("method").GetString() != "GET")
            .Select(s => $"{s.GetProperty("method")} {s.GetProperty("status")}")));
        Assert.True(result.TryGetProperty("photo", out _), result.GetRawText());
        Assert.Equal([1L], await cloud.RowAsync("select count(*) from photos where project_id = $1", project));
    }

    [Theory]
    [InlineData("browser", "ProblemError")]
    [InlineData("react-native", "UploadError")]
    public async Task A_problem_reaches_the_app_with_its_type(string sample, string name)
    {
        var (result, _) = await UploadAsync(sample, Small, type: "text/plain");

        var error = result.GetProperty("error");
        Assert.Equal(name, error.GetProperty("name").GetString());
        Assert.Equal("urn:photolambda:problem:invalid-request", error.GetProperty("problem").GetString());
        Assert.Equal(1, result.GetProperty("sent").GetArrayLength());
    }

    [Theory]
    [InlineData("browser")]
    [InlineData("react-native")]
    public async Task A_photo_that_fails_is_an_error_with_its_reason(string sample)
    {
        var (result, _) = await UploadAsync(sample, new byte[2048]);

        Assert.StartsWith("type_mismatch", result.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task The_sample_for_Uppy_uploads()
    {
        using var client = await cloud.NewOrganizationAsync();
        var result = await samples.RunAsync(
            "uppy.mjs", cloud.Cloud.Api.AbsoluteUri, Token(client), await client.NewProjectAsync(),
            await samples.WriteAsync(Small));

        Assert.Equal("[]", result.GetProperty("failed").GetRawText());
        await client.UntilAsync(result, "uploaded", "processing");
    }

    private async Task<(JsonElement Result, Guid Project)> UploadAsync(
        string sample, byte[] bytes, string lost = "", string type = "image/jpeg")
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var result = await samples.RunAsync(
            "run.mjs", sample, cloud.Cloud.Api.AbsoluteUri, Token(client), project, await samples.WriteAsync(bytes),
            type, Guid.NewGuid().ToString(), lost);
        return (result, Guid.Parse(project));
    }

    private static string Token(ApiClient client) => client.Http.DefaultRequestHeaders.Authorization!.Parameter!;
}
