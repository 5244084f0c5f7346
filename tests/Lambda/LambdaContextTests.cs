using System.Diagnostics;
using System.Globalization;
using PhotoLambda.Lambda;

namespace PhotoLambda.Tests;

public class LambdaContextTests
{
    private const string Trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    [Fact]
    public async Task The_context_tells_what_the_headers_and_the_environment_tell()
    {
        ILambdaContext? seen = null;
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(
            api,
            (text, context) =>
            {
                seen = context;
                Assert.InRange(context.RemainingTime, TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(60));
                return Task.FromResult(text);
            },
            ("AWS_LAMBDA_FUNCTION_NAME", "Ingest"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "7"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "group"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "stream"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
            (HeapLimit.OptOut, "true"));

        await function.InvokeAsync(
            "{}",
            Deadline(TimeSpan.FromMinutes(1)),
            ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:1:function:Ingest"),
            ("Lambda-Runtime-Trace-Id", Trace),
            ("Lambda-Runtime-Aws-Tenant-Id", "tenant"),
            ("Lambda-Runtime-Cognito-Identity", """{"cognitoIdentityId":"id","cognitoIdentityPoolId":"pool"}"""),
            ("Lambda-Runtime-Client-Context",
                """{"client":{"app_title":"Photos","installation_id":"i"},"custom":{"a":"b"},"env":{"c":"d"}}"""));

        Assert.NotNull(seen);
        Assert.True(Guid.TryParse(seen.AwsRequestId, out _));
        Assert.Equal(("Ingest", "7", 512), (seen.FunctionName, seen.FunctionVersion, seen.MemoryLimitInMB));
        Assert.Equal(("group", "stream"), (seen.LogGroupName, seen.LogStreamName));
        Assert.Equal("arn:aws:lambda:us-east-1:1:function:Ingest", seen.InvokedFunctionArn);
        Assert.Equal((Trace, "tenant"), (seen.TraceId, seen.TenantId));
        Assert.Equal(("id", "pool"), (seen.Identity?.IdentityId, seen.Identity?.IdentityPoolId));
        Assert.Equal(("Photos", "i"), (seen.ClientContext?.Client.AppTitle, seen.ClientContext?.Client.InstallationId));
        Assert.Equal(("b", "d"), (seen.ClientContext?.Custom["a"], seen.ClientContext?.Environment["c"]));
    }

    [Fact]
    public async Task All_headers_but_the_request_id_may_be_missing_or_junk()
    {
        var seen = new List<ILambdaContext>();
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(api, (text, context) =>
        {
            seen.Add(context);
            Assert.InRange(context.RemainingTime, TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(15));
            return Task.FromResult(text);
        });

        await function.InvokeAsync("{}");
        await function.InvokeAsync(
            "{}",
            ("Lambda-Runtime-Deadline-Ms", "soon"),
            ("Lambda-Runtime-Client-Context", "{"),
            ("Lambda-Runtime-Cognito-Identity", "[]"));

        Assert.Equal(2, seen.Count);
        Assert.All(seen, context =>
        {
            Assert.Equal(("", "", 0), (context.InvokedFunctionArn, context.FunctionName, context.MemoryLimitInMB));
            Assert.Null(context.Identity);
            Assert.Null(context.ClientContext);
        });
    }

    [Theory]
    [InlineData(Trace, true)]
    [InlineData("Parent=53995c3f42cd8ad8;Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0;Lineage=a:1", false)]
    public async Task The_trace_of_the_host_goes_on_in_the_handler(string header, bool recorded)
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(api, LambdaBootstrapBuilder.Create(_ =>
            Task.FromResult<Stream>(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(
                $"{Activity.Current?.TraceId} {Activity.Current?.ParentSpanId} {Activity.Current?.Recorded}")))));

        var answer = await function.InvokeAsync("{}", ("Lambda-Runtime-Trace-Id", header));

        Assert.Equal($"5759e988bd862e3fe1be46a994272793 53995c3f42cd8ad8 {recorded}", answer.Text);
    }

    [Theory]
    [InlineData("8d1cbb4a-3b5d-4b7e-9bd8-5f2f0dbb6b5e")]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a994272793")]
    [InlineData("Root=;Parent=;Sampled=")]
    [InlineData("Root=1-XXXXXXXX-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8")]
    [InlineData(";=;;")]
    public async Task A_trace_header_that_is_none_is_passed_on_and_no_more(string junk)
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(
            api, (_, context) => Task.FromResult($"{context.TraceId} {Activity.Current?.ParentId}"));

        Assert.Equal(junk + " ", (await function.InvokeAsync("{}", ("Lambda-Runtime-Trace-Id", junk))).Text);
        Assert.Equal(junk, function.Environment["_X_AMZN_TRACE_ID"]);
    }

    [Fact]
    public async Task A_handler_can_give_up_before_the_deadline()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(api, async (_, context) =>
        {
            var token = context.CancellationToken(TimeSpan.FromSeconds(1));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Timeout.Infinite, token));
            return context.RemainingTime > TimeSpan.Zero ? "in time" : "too late";
        });

        Assert.Equal("in time", (await function.InvokeAsync("{}", Deadline(TimeSpan.FromSeconds(1.1)))).Text);
        Assert.Equal("in time", (await function.InvokeAsync("{}", Deadline(TimeSpan.FromSeconds(0.9)))).Text);
    }

    internal static (string Name, string Value) Deadline(TimeSpan left) => (
        "Lambda-Runtime-Deadline-Ms",
        DateTimeOffset.UtcNow.Add(left).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
}
