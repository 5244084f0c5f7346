using System.Diagnostics;
using System.Text.Json;
using PhotoLambda.Database;

namespace PhotoLambda.Tests;

/// <summary>A PostgreSQL that is down when the functions start, as processes, and comes up then.</summary>
public sealed class DownDatabaseTests(CloudFixture cloud) : IDisposable
{
    private const double Seconds = 10;

    private readonly string _folder = TemporaryFolder.New();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_function_waits_it_out_and_works_when_it_is_up()
    {
        await using var server = await StoppedServer.NewAsync(Path.Combine(_folder, "postgres"));
        await Migrations.ApplyAsync(new(server.ConnectionString), _ => { }, Stop);
        await server.CrashAsync();
        var functions = await Task.WhenAll(FunctionDoor.All.Select(f => ChildFunction.StartAsync(cloud, f,
            ("PHOTOLAMBDA_DATABASE_URL", server.ConnectionString), ("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9"))));
        try
        {
            Assert.Equal(FunctionDoor.All.Select(f => $"{f}: gave all back"), await OutcomesAsync(functions));
            // Nothing of the failure stays: not with the same process, and not for the second time.
            Assert.Equal(FunctionDoor.All.Select(f => $"{f}: gave all back"), await OutcomesAsync(functions));

            await server.StartAsync();

            Assert.Equal(FunctionDoor.All.Select(f => $"{f}: did all"), await OutcomesAsync(functions));
        }
        finally
        {
            await Task.WhenAll(functions.Select(f => f.DisposeAsync().AsTask()));
        }
    }

    public void Dispose() => TemporaryFolder.Delete(_folder);

    private static Task<string[]> OutcomesAsync(IEnumerable<ChildFunction> functions) =>
        Task.WhenAll(functions.Select(async f =>
        {
            var clock = Stopwatch.StartNew();
            var outcome = $"{f.Name}: {await f.OutcomeAsync(Seconds)}";
            Assert.True(clock.Elapsed.TotalSeconds < Seconds - 0.5, $"{outcome} after {clock.Elapsed}");
            return outcome;
        }));

    private sealed class ChildFunction(string name, FakeRuntimeApi api, FunctionChild process) : IAsyncDisposable
    {
        public string Name => name;

        public static async Task<ChildFunction> StartAsync(
            CloudFixture cloud, string name, params (string Name, string? Value)[] changes)
        {
            var api = await FakeRuntimeApi.StartAsync();
            return new ChildFunction(
                name, api, FunctionChild.OnLambda(cloud, api, name[..^"Function".Length], changes));
        }

        /// <returns>In words: all is done, all is to come again, or what else was answered.</returns>
        public Task<string> OutcomeAsync(double seconds) => FunctionOutcome.OfAsync(name, api, seconds);

        public async ValueTask DisposeAsync()
        {
            await process.DisposeAsync();
            await api.DisposeAsync();
        }
    }
}

/// <summary>What a function makes of an event that its database has to do with.</summary>
internal static class FunctionOutcome
{
    private const string Unavailable = "urn:photolambda:problem:database-unavailable";

    public static async Task<string> OfAsync(string function, FakeRuntimeApi api, double seconds)
    {
        async Task<FakeAnswer> InvokeAsync(string payload) => await api.InvokeAsync(payload, (
            "Lambda-Runtime-Deadline-Ms", $"{DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeMilliseconds()}"));

        Task<FakeAnswer> GetAsync(string path) =>
            InvokeAsync(JsonSerializer.Serialize(LambdaHttpEvents.Two("GET", path)));

        return function switch
        {
            "UploadUrlFunction" => Http(await GetAsync("/healthz"), await GetAsync("/readyz")),
            "SweepFunction" => Sweep(await InvokeAsync("{}")),
            _ => Batch(await InvokeAsync(FunctionDoor.Event(function))),
        };
    }

    private static string Http(FakeAnswer alive, FakeAnswer ready)
    {
        Assert.Equal(200, alive.Json.GetProperty("statusCode").GetInt32());
        var status = ready.Json.GetProperty("statusCode").GetInt32();
        return status == 200 ? "did all"
            : status == 503 && ready.Text.Contains(Unavailable) && ready.Text.Contains("\"retry-after\":\"5\"",
                StringComparison.OrdinalIgnoreCase) ? "gave all back"
            : ready.Text;
    }

    private static string Sweep(FakeAnswer answer) =>
        answer.Kind == "response" ? "did all"
        : answer.Text.Contains("These parts of the sweep failed: outbox age, jobs, looks, publications, deletions, "
            + "tickets, lost jobs, detections, expired rows.") ? "gave all back"
        : answer.Text;

    private static string Batch(FakeAnswer answer) => answer.Kind == "error"
        ? answer.Text
        : string.Join(' ', LoneOnObjectCreated.Failures(answer.Text).Order(StringComparer.Ordinal)) switch
        {
            "" => "did all",
            "m0 m1" => "gave all back",
            var others => others,
        };
}
