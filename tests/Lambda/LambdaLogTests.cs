using System.Buffers.Binary;
using System.IO.Pipes;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PhotoLambda.Lambda;

namespace PhotoLambda.Tests;

public partial class LambdaLogTests
{
    [Fact]
    public void A_json_line_has_the_values_and_the_scopes_as_members()
    {
        var output = new MemoryStream();
        using var services = Loggers(output, ("AWS_LAMBDA_LOG_FORMAT", "JSON"));
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Photos");

        var values = new List<KeyValuePair<string, object?>>
        {
            new("Count", 3), new("Big", 4.5m), new("Ratio", 0.5), new("Ok", true), new("None", null),
            new("Odd", double.NaN), new("At", DateTime.UnixEpoch), new("Id", Guid.Empty),
            new("{OriginalFormat}", "é {Count}"),
        };
        using (logger.BeginScope(new Dictionary<string, object> { ["photo_id"] = "outer", ["correlation_id"] = "c" }))
        using (logger.BeginScope(new Dictionary<string, object> { ["photo_id"] = "inner", ["message"] = "never" }))
        {
            logger.Log(LogLevel.Information, new EventId(3, "Stored"), values, null, (_, _) => "é\n3");
        }

        var line = Json(output);
        Assert.Equal(("Information", "é\n3"), (Text(line, "level"), Text(line, "message")));
        Assert.Equal(("Photos", "Stored"), (Text(line, "category"), Text(line, "eventName")));
        Assert.Equal(("inner", "c"), (Text(line, "photo_id"), Text(line, "correlation_id")));
        Assert.Equal(
            "3 4.5 0.5 True NaN 1970-01-01T00:00:00.0000000Z 00000000-0000-0000-0000-000000000000",
            string.Join(' ', "Count,Big,Ratio,Ok,Odd,At,Id".Split(',').Select(name => $"{line.GetProperty(name)}")));
        Assert.False(line.TryGetProperty("None", out _));
        Assert.False(line.TryGetProperty("{OriginalFormat}", out _));
        Assert.Equal("\"é\\n3\"", line.GetProperty("message").GetRawText());
        Assert.EndsWith("Z", Text(line, "timestamp"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_names_its_invocation_and_its_exception()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(
            api,
            (_, context) =>
            {
                context.Logger.LogError(new FormatException("bad"), "It failed.");
                return Task.FromResult(context.AwsRequestId);
            },
            ("AWS_LAMBDA_LOG_FORMAT", "JSON"));

        var answer = await function.InvokeAsync(
            "{}", ("Lambda-Runtime-Trace-Id", "t"), ("Lambda-Runtime-Aws-Tenant-Id", "n"));

        var line = Json(function.LogOutput);
        Assert.Equal((answer.Text, "t", "n"), (Text(line, "requestId"), Text(line, "traceId"), Text(line, "tenantId")));
        Assert.Equal(("System.FormatException", "bad"), (Text(line, "errorType"), Text(line, "errorMessage")));
        Assert.Equal("System.FormatException: bad", line.GetProperty("stackTrace")[0].GetString());
    }

    [Fact]
    public async Task A_text_line_has_time_request_level_and_message()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(api, (_, context) =>
        {
            context.Logger.LogWarning("careful");
            return Task.FromResult(context.AwsRequestId);
        });

        var id = (await function.InvokeAsync("{}")).Text;

        Assert.Matches($"^\\d{{4}}-\\d\\d-\\d\\dT[\\d:.]+Z\t{id}\twarn\tcareful\n$", Written(function.LogOutput));
    }

    [Theory]
    [InlineData("TRACE", "T D I I I W E E C C I")]
    [InlineData("DEBUG", "D I I I W E E C C I")]
    [InlineData("INFO", "I I I W E E C C I")]
    [InlineData("WARN", "W E E C C")]
    [InlineData("ERROR", "E E C C")]
    [InlineData("FATAL", "C C")]
    [InlineData("nonsense", "I I I W E E C C I")]
    public async Task Nothing_below_the_configured_level_is_written(string level, string written)
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = LambdaProcess.Start(
            api,
            (text, context) =>
            {
                context.Logger.LogTrace("x");
                context.Logger.LogDebug("x");
                context.Logger.LogInformation("x");
                context.Logger.Log("x");
                context.Logger.LogLine("x");
                context.Logger.LogWarning("x");
                context.Logger.LogError("x");
                context.Logger.LogError(new FormatException(), "x");
                context.Logger.LogCritical("x");
                context.Logger.Log("FATAL", "x");
                context.Logger.Log("unknown", "x");
                return Task.FromResult(text);
            },
            ("AWS_LAMBDA_LOG_LEVEL", level),
            ("AWS_LAMBDA_LOG_FORMAT", "JSON"));

        await function.InvokeAsync("{}");

        var levels = Written(function.LogOutput).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => Text(JsonSerializer.Deserialize<JsonElement>(line), "level")![0]);
        Assert.Equal(written, string.Join(' ', levels));
    }

    [Theory]
    [InlineData("JSON", LogFrame.Json)]
    [InlineData("Text", LogFrame.Text)]
    public async Task A_descriptor_of_the_host_gets_each_message_in_a_frame(string format, uint kind)
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        var environment = new LambdaEnvironment(
        [
            new("_LAMBDA_TELEMETRY_LOG_FD", pipe.GetClientHandleAsString()),
            new("AWS_LAMBDA_LOG_FORMAT", format),
        ]);

        environment.Log.Error("two\nlines");
        environment.Log.Error("more");

        foreach (var message in new[] { "two\nlines", "more" })
        {
            var header = new byte[LogFrame.HeaderLength];
            await pipe.ReadExactlyAsync(header, TestContext.Current.CancellationToken);
            Assert.Equal(kind, BinaryPrimitives.ReadUInt32BigEndian(header));
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4))];
            await pipe.ReadExactlyAsync(body, TestContext.Current.CancellationToken);
            var text = Encoding.UTF8.GetString(body);
            var json = format == "JSON" ? JsonSerializer.Deserialize<JsonElement>(text) : default;
            Assert.Equal(message, format == "JSON" ? Text(json, "message") : text.Split('\t')[^1]);
            var time = DateTimeOffset.UnixEpoch.AddTicks(BinaryPrimitives.ReadInt64BigEndian(header.AsSpan(8)) * 10);
            Assert.InRange(time, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        }
    }

    [Fact]
    public void The_level_of_the_function_goes_before_that_of_the_program()
    {
        var output = new MemoryStream();
        using var services = Loggers(output, ("AWS_LAMBDA_LOG_LEVEL", "DEBUG"));

        var logger = services.GetRequiredService<ILogger<LambdaLogTests>>();
        var text = new string('x', 100_000);
        Log.Long(logger, text);
        Log.Never(logger);

        Assert.False(logger.IsEnabled(LogLevel.Trace));
        Assert.EndsWith($"\tdbug\t{typeof(LambdaLogTests)}: {text}\n", Written(output), StringComparison.Ordinal);
    }

    [Fact]
    public void Outside_lambda_the_console_stays_what_it_is()
    {
        using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddConsole().AddLambdaLogger())
            .BuildServiceProvider();

        Assert.Equal("ConsoleLoggerProvider", Assert.Single(services.GetServices<ILoggerProvider>()).GetType().Name);
    }

    private static ServiceProvider Loggers(Stream output, params (string Name, string Value)[] variables)
    {
        var log = LambdaProcess.NewEnvironment("h:1", output, variables).Log;
        return new ServiceCollection()
            .AddLogging(logging => logging.AddConsole()
                .SetMinimumLevel(LogLevel.Warning)
                .AddFilter(null, LogLevel.Information)
                .AddLambdaLogger(log))
            .BuildServiceProvider();
    }

    private static JsonElement Json(MemoryStream output) =>
        JsonSerializer.Deserialize<JsonElement>(Written(output).TrimEnd('\n'));

    private static string Written(MemoryStream output) => Encoding.UTF8.GetString(output.ToArray());

    private static string? Text(JsonElement line, string name) => line.GetProperty(name).GetString();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "{Text}")]
        public static partial void Long(ILogger logger, string text);

        [LoggerMessage(2, LogLevel.Trace, "not this")]
        public static partial void Never(ILogger logger);
    }
}
