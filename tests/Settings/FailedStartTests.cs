using PhotoLambda.Local.Functions;

namespace PhotoLambda.Tests;

/// <summary>Functions as processes that do not start, seen from Lambda and from the local cloud.</summary>
public sealed class FailedStartTests(CloudFixture cloud)
{
    private const string Database = "PHOTOLAMBDA_DATABASE_URL";

    [Theory]
    [InlineData("UploadUrl", Database, "")]
    [InlineData("OnObjectCreated", Database, "")]
    [InlineData("BulkIngest", Database, "")]
    [InlineData("PublishToCdn", Database, "")]
    [InlineData("Sweep", Database, "")]
    [InlineData("UploadUrl", "PHOTOLAMBDA_JWT_AUTHORIZER", "lam\nbda")]
    [InlineData("OnObjectCreated", "PHOTOLAMBDA_METRICS", "maybe")]
    [InlineData("BulkIngest", "PHOTOLAMBDA_ORIGINALS_BUCKET", "s3://größe")]
    [InlineData("PublishToCdn", "PHOTOLAMBDA_CDN_CONCURRENCY", "0")]
    [InlineData("Sweep", "OTEL_EXPORTER_OTLP_ENDPOINT", "collector")]
    public async Task The_process_writes_one_line_tells_Lambda_and_ends(string function, string name, string value)
    {
        await using var api = await FakeRuntimeApi.StartAsync("/Function");
        await using var process = FunctionChild.OnLambda(cloud, api, function, (name, value));

        Assert.Equal(1, await process.EndAsync());

        var line = Assert.Single(process.Lines);
        Assert.StartsWith(name + " ", line, StringComparison.Ordinal);
        Assert.EndsWith($"(template.yaml: {function}Function.Environment.Variables.{name}).", line);
        var told = await api.InitError.Task.WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.Equal(line, told.Json.GetProperty("errorMessage").GetString());
        Assert.Equal("Runtime.ConfigInvalid", told.Json.GetProperty("errorType").GetString());
        Assert.Equal("Runtime.ConfigInvalid", told.Headers["Lambda-Runtime-Function-Error-Type"]);
        Assert.Equal(["POST /Function/2018-06-01/runtime/init/error"], api.Requests);
    }

    [Fact]
    public async Task A_process_that_nobody_listens_to_ends_with_its_line()
    {
        await using var process = FunctionChild.Start(
            "Functions.Sweep", cloud.Settings("SweepFunction"),
            (Database, null), ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9"));

        Assert.Equal(1, await process.EndAsync());

        Assert.StartsWith(Database + " is not set (template.yaml: SweepFunction.", Assert.Single(process.Lines));
    }

    [Fact]
    public async Task The_local_cloud_shows_the_line_and_answers_with_it()
    {
        var lines = new List<string>();
        var function = cloud.Cloud.Stack.Functions.Single(f => f.LogicalId == "SweepFunction");
        var environment = function.Environment.ToDictionary();
        environment["PHOTOLAMBDA_PROCESSING_HOURS"] = "soon";
        var options = new LambdaOptions(
            cloud.Cloud.Cloud, f => FunctionChild.PathOf(f.Handler), (_, line) =>
            {
                lock (lines)
                {
                    lines.Add(line);
                }
            });
        await using var lambda = await LambdaService.StartAsync(
            [function with { Environment = environment }], options, TestContext.Current.CancellationToken);

        var result = await lambda["SweepFunction"].InvokeAsync("{}"u8.ToArray(), TestContext.Current.CancellationToken);

        const string Line = "PHOTOLAMBDA_PROCESSING_HOURS is 'soon'; set it to a whole number from 0 to 8760 "
            + "(template.yaml: SweepFunction.Environment.Variables.PHOTOLAMBDA_PROCESSING_HOURS).";
        Assert.False(result.Succeeded);
        Assert.Equal($"Runtime.ConfigInvalid: {Line}", Failures.Describe(result));
        Assert.Equal([Line], lines.Where(l => l == Line));
        Assert.DoesNotContain(lines, l => l.Contains("   at ", StringComparison.Ordinal));
    }
}
