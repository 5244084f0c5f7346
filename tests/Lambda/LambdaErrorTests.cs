using System.Net;
using System.Text.Json;

namespace PhotoLambda.Tests;

public class LambdaErrorTests
{
    [Fact]
    public async Task A_failing_handler_is_reported_with_type_message_stack_and_cause()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(api, (_, _) => Fail());

        var answer = await function.InvokeAsync("{}", ("Lambda-Runtime-Trace-Id", "Root=1-2-3"));

        var error = answer.Json;
        Assert.Equal("error", answer.Kind);
        Assert.Equal("InvalidOperationException", error.GetProperty("errorType").GetString());
        Assert.Equal("no “photo”", error.GetProperty("errorMessage").GetString());
        Assert.Contains(nameof(Fail), error.GetProperty("stackTrace")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal("FormatException", error.GetProperty("cause").GetProperty("errorType").GetString());
        Assert.Equal("bad", error.GetProperty("cause").GetProperty("errorMessage").GetString());
        Assert.Equal("Function.InvalidOperationException", answer.Headers["Lambda-Runtime-Function-Error-Type"]);
        Assert.Equal("application/vnd.aws.lambda.error+json", answer.Headers["Content-Type"]);
    }

    [Fact]
    public async Task The_trace_is_told_where_a_handler_failed()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(api, (_, _) => Fail());

        var header = (await function.InvokeAsync("{}")).Headers["Lambda-Runtime-Function-XRay-Error-Cause"];

        var cause = JsonSerializer.Deserialize<JsonElement>(header).GetProperty("exceptions")[0];
        Assert.Equal("InvalidOperationException", cause.GetProperty("type").GetString());
        Assert.Equal("no “photo”", cause.GetProperty("message").GetString());
        var frame = cause.GetProperty("stack")[0];
        Assert.EndsWith("LambdaErrorTests.cs", frame.GetProperty("path").GetString(), StringComparison.Ordinal);
        Assert.True(frame.GetProperty("line").GetInt32() > 0);
        Assert.True(header.All(char.IsAscii));
    }

    [Fact]
    public async Task An_error_is_reported_in_256_kilobytes_at_most()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(
            api, (_, _) => throw new InvalidOperationException(new string('é', 500_000), new FormatException("bad")));

        var answer = await function.InvokeAsync("{}");

        Assert.InRange(answer.Body.Length, 10_000, 256 * 1024);
        Assert.StartsWith("ééé", answer.Json.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.False(answer.Json.TryGetProperty("cause", out _));
    }

    [Fact]
    public async Task The_function_goes_on_after_a_failed_invocation()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(
            api, (text, _) => text == "1" ? Fail() : Task.FromResult(text));

        Assert.Equal("error", (await function.InvokeAsync("1")).Kind);
        Assert.Equal("response", (await function.InvokeAsync("2")).Kind);
    }

    [Theory]
    [InlineData(HttpStatusCode.Accepted)]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public async Task A_failed_start_is_reported_and_ends_the_function(HttpStatusCode answerToReport)
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        api.AnswerWith = answerToReport;
        await using var function = LambdaProcess.Start(
            api, (text, _) => Task.FromResult(text), () => throw new FormatException("no database"));

        await Assert.ThrowsAsync<FormatException>(() => function.Running);

        var report = await api.InitError.Task;
        Assert.Equal("no database", report.Json.GetProperty("errorMessage").GetString());
        Assert.Equal("Function.FormatException", report.Headers["Lambda-Runtime-Function-Error-Type"]);
        Assert.DoesNotContain(api.Requests, request => request.EndsWith("/next", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_initializer_that_declines_ends_the_function_without_an_error()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(
            api, (text, _) => Task.FromResult(text), () => Task.FromResult(false));

        await function.Running;

        Assert.Empty(api.Requests);
    }

    private static Task<string> Fail()
    {
        try
        {
            throw new FormatException("bad");
        }
        catch (FormatException e)
        {
            throw new InvalidOperationException("no “photo”", e);
        }
    }
}
