using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>
/// The events of the folder of that name, sent to the functions by Lambda's own door. What they name is nowhere, and
/// the answers say so.
/// </summary>
public class RecordedEventTests(CloudFixture cloud)
{
    private static readonly string Folder = Path.Combine(Repository.Root, "events");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_without_a_name_is_answered()
    {
        var answer = await InvokeAsync("UploadUrlFunction", await ReadAsync("healthz.json"));

        Assert.Equal(200, answer.GetProperty("statusCode").GetInt32());
        Assert.Equal("ok\n", answer.GetProperty("body").GetString());
    }

    [Fact]
    public async Task A_ticket_needs_a_token_and_then_a_project()
    {
        var recorded = await ReadAsync("upload-url.json");
        var token = await cloud.TokenAsync("org-" + Guid.NewGuid().ToString("N"));
        var signed = JsonNode.Parse(recorded)!;
        signed["headers"]!["authorization"] = $"Bearer {token}";

        var stranger = await InvokeAsync("UploadUrlFunction", recorded);
        var known = await InvokeAsync("UploadUrlFunction", signed.ToJsonString());

        Assert.Equal(401, stranger.GetProperty("statusCode").GetInt32());
        Assert.Equal(404, known.GetProperty("statusCode").GetInt32());
        Assert.Contains("project", known.GetProperty("body").GetString()!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OnObjectCreatedFunction", "object-created.json")]
    [InlineData("BulkIngestFunction", "bulk-ingest.json")]
    [InlineData("PublishToCdnFunction", "publish-to-cdn.json")]
    public async Task A_batch_about_nothing_is_done(string function, string file)
    {
        var answer = await InvokeAsync(function, await ReadAsync(file));

        Assert.Equal("""{"batchItemFailures":[]}""", answer.GetRawText());
    }

    [Fact]
    public async Task Descriptors_of_an_unknown_project_are_rejected_with_the_reason()
    {
        await InvokeAsync("BulkIngestFunction", await ReadAsync("bulk-ingest.json"));

        var row = await cloud.RowAsync(
            "SELECT reason FROM ingest_rejects WHERE message_id = $1", "5b0c7d1e-2f3a-4b5c-8d6e-7f8091a2b3c0");
        Assert.Contains("project", Assert.IsType<string>(Assert.Single(row)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schedule_has_the_sweep_tell_what_it_did()
    {
        var answer = await InvokeAsync("SweepFunction", await ReadAsync("sweep.json"));

        Assert.Equal(JsonValueKind.Number, answer.GetProperty("jobs_published").ValueKind);
    }

    [Fact]
    public async Task CloudFormation_says_what_its_reference_lists()
    {
        var request = JsonDocument.Parse(await ReadAsync("migrate.json")).RootElement;
        string[] members =
            ["RequestType", "ResponseURL", "StackId", "RequestId", "ResourceType", "LogicalResourceId"];

        Assert.All(members, name => Assert.NotEmpty(request.GetProperty(name).GetString()!));
        Assert.Equal(JsonValueKind.Object, request.GetProperty("ResourceProperties").ValueKind);
    }

    [Fact]
    public async Task The_test_tools_address_with_a_function_in_it_is_understood()
    {
        // It sends a GUID for the trace and no ARN, and knows no extensions.
        await using var api = await FakeRuntimeApi.StartAsync("/SweepFunction");
        await using var function = FunctionChild.OnLambda(cloud, api, "Sweep");

        var deadline = DateTimeOffset.UtcNow.AddMinutes(15).ToUnixTimeMilliseconds();
        var answer = await api.InvokeAsync(
            await ReadAsync("sweep.json"), ("Lambda-Runtime-Deadline-Ms", $"{deadline}"),
            ("Lambda-Runtime-Trace-Id", Guid.NewGuid().ToString()));

        Assert.Equal("response", answer.Kind);
        Assert.Equal("GET /SweepFunction/2018-06-01/runtime/invocation/next", api.Requests.First(r => r[0] == 'G'));
    }

    private static Task<string> ReadAsync(string file) => File.ReadAllTextAsync(Path.Combine(Folder, file), Token);

    private async Task<JsonElement> InvokeAsync(string function, string payload)
    {
        using var http = new HttpClient { BaseAddress = cloud.Cloud.Cloud };
        using var body = new StringContent(payload, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync($"/2015-03-31/functions/{function}/invocations", body, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.False(answer.Headers.Contains("X-Amz-Function-Error"), text);
        return JsonDocument.Parse(text).RootElement;
    }
}
