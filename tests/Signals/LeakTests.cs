using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>
/// No secret, token, signed URL or coordinate leaves a function by its logs, metrics or traces, whatever goes wrong.
/// </summary>
public class LeakTests(CloudFixture cloud)
{
    private const string JwtSecret = "a-secret-of-the-issuer-that-nobody-may-read";
    private const string SessionToken = "session-token-of-the-role-of-the-function";
    private const string Password = "a-password-of-the-database";
    private const string InTheBody = "a-name-that-only-the-body-has.jpg";
    private const string InTheQuery = "a-value-that-only-the-query-has";
    private const string IdempotencyKey = "a-key-that-only-its-sender-has";

    [Fact]
    public async Task The_scan_finds_what_is_planted()
    {
        var scan = new SecretScan().Add("the secret", JwtSecret).AddToken("the token", await TokenAsync());

        Assert.NotEmpty(scan.Find([$"it was {JwtSecret}"]));
        Assert.NotEmpty(scan.Find([(await TokenAsync()).Split('.')[0]]));
        Assert.NotEmpty(scan.Find(["http://s3/b/k?x-amz-signature=00"]));
        Assert.NotEmpty(scan.Find(["postgres://user:word@host/db"]));
        Assert.NotEmpty(scan.Find(["Host=h;Password=word"]));
        Assert.Empty(scan.Find(["GET /api/v1/photos/{id} answered 200", "https://sts.amazonaws.com:443/"]));
    }

    [Fact]
    public async Task The_HTTP_function_tells_no_secret_when_all_is_well_or_requests_are_bad()
    {
        var scan = NewScan();
        var lines = await RunAsync("UploadUrl", scan, async api =>
        {
            var token = await TokenAsync();
            scan.AddToken("a good token", token);
            await UseEveryRouteAsync(api, token, scan);
            await SendBadTokensAsync(api, token, scan);
        }, ("PHOTOLAMBDA_JWT_SECRET", JwtSecret), ("AWS_SESSION_TOKEN", SessionToken));

        AssertClean(scan, lines, atLeast: 20);
    }

    [Theory]
    [InlineData("down")]
    [InlineData("no such host")]
    [InlineData("wrong password")]
    [InlineData("odd")]
    public async Task The_HTTP_function_tells_no_secret_of_a_broken_database(string kind)
    {
        await using var odd = await EmptyDatabase.NewAsync(cloud);
        var scan = NewScan().Add("a password", Password);
        var own = new UriBuilder(cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!);
        var wrong = new UriBuilder(own.Uri) { Password = Password };
        var url = kind switch
        {
            "down" => $"postgresql://photolambda_api:{Password}@127.0.0.1:9/d",
            "no such host" => $"postgresql://photolambda_api:{Password}@no-such-host.invalid/d",
            "wrong password" => wrong.Uri.AbsoluteUri,
            _ => await OddDatabase.MakeAsync(cloud, odd),
        };
        var lines = await RunAsync("UploadUrl", scan, async api =>
        {
            var token = await TokenAsync();
            scan.AddToken("a good token", token);
            var answer = await api.RequestAsync(
                "GET", "/api/v1/projects", token, query: $"cursor={Guid.NewGuid():N}&x={InTheQuery}");
            Assert.Equal(kind == "odd" ? 500 : 503, answer.Status);
        }, ("PHOTOLAMBDA_DATABASE_URL", url));

        AssertClean(scan, lines, atLeast: 3);
    }

    [Theory]
    [InlineData("whole")]
    [InlineData("the store fails")]
    [InlineData("the store is down")]
    [InlineData("the queue is down")]
    [InlineData("the database is down")]
    public async Task The_event_function_tells_no_secret_and_no_place(string kind)
    {
        var bytes = await File.ReadAllBytesAsync(
            Path.Combine(Repository.Root, "examples", "photo.jpg"), TestContext.Current.CancellationToken);
        var photo = await StoredPhoto.NewAsync(cloud, bytes);
        await using var failing = await BrokenStore.StartAsync(500);
        (string, string?)[] changes = kind switch
        {
            "the store fails" => [("AWS_ENDPOINT_URL_S3", failing.Address)],
            "the store is down" => [("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")],
            "the queue is down" => [("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9")],
            "the database is down" =>
                [("PHOTOLAMBDA_DATABASE_URL", $"postgresql://photolambda_worker:{Password}@127.0.0.1:9/d")],
            _ => [],
        };
        var scan = NewScan().Add("a password", Password);
        var lines = await RunAsync("OnObjectCreated", scan, async api =>
        {
            var deadline = DateTimeOffset.UtcNow.AddSeconds(6).ToUnixTimeMilliseconds();
            await api.InvokeAsync(
                LoneOnObjectCreated.Messages(("1", photo.Event()), ("2", "no event")),
                ("Lambda-Runtime-Deadline-Ms", $"{deadline}"));
        }, changes);

        AssertClean(scan, lines, atLeast: 2);
    }

    private static void AssertClean(SecretScan scan, IReadOnlyList<string> lines, int atLeast)
    {
        Assert.True(lines.Count >= atLeast, "There is too little to search:\n" + string.Join('\n', lines));
        Assert.Empty(scan.Find(lines));
    }

    private SecretScan NewScan()
    {
        var scan = new SecretScan()
            .Add("the issuer's secret", JwtSecret).Add("the session token", SessionToken)
            .Add("the key of AWS", cloud.Settings("UploadUrlFunction")["AWS_SECRET_ACCESS_KEY"]!)
            .Add("what the body says", InTheBody).Add("what the query says", InTheQuery)
            .Add("the key of a request", IdempotencyKey)
            // 46°29'53.64" N 7°44'10.20" E: in degrees, and as the file has it.
            .Add("the latitude", "46.498").Add("the longitude", "7.7361").Add("the seconds", "5364/100")
            .Add("the altitude", "1578.4");
        foreach (var function in new[] { "UploadUrlFunction", "OnObjectCreatedFunction" })
        {
            var url = new Uri(cloud.Settings(function)["PHOTOLAMBDA_DATABASE_URL"]!);
            scan.Add($"the password of {function}", url.UserInfo.Split(':')[1]);
        }

        return scan;
    }

    private Task<string> TokenAsync() => cloud.TokenAsync($"org-{Guid.NewGuid():N}");

    /// <returns>All that the function said, by any way, until it had ended.</returns>
    private async Task<IReadOnlyList<string>> RunAsync(
        string name, SecretScan scan, Func<FakeRuntimeApi, Task> use, params (string Name, string? Value)[] changes)
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionChild.OnLambda(cloud, api, name,
            [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Endpoint), ("AWS_LAMBDA_LOG_LEVEL", "TRACE"), .. changes]);
        await use(api);
        await collector.SpanAsync(_ => true);
        await function.StopAsync();
        Assert.Contains(function.Objects, EmfLine.IsOne);
        return [.. function.Lines, .. collector.Spans.Select(s => s.ToString()), collector.Text];
    }

    private static async Task UseEveryRouteAsync(FakeRuntimeApi api, string token, SecretScan scan)
    {
        (string, string)[] headers = [("idempotency-key", IdempotencyKey), ("cookie", $"session={InTheQuery}")];
        var created = await api.RequestAsync(
            "POST", "/api/v1/projects", token, new { name = InTheBody }, headers: headers);
        var project = JsonDocument.Parse(created.Body).RootElement.GetProperty("id").GetString();
        var ticket = await api.RequestAsync("POST", "/api/v1/photos/upload-url", token,
            new { project_id = project, file_name = InTheBody, file_size = 2048, mime_type = "image/jpeg" },
            headers: [("idempotency-key", IdempotencyKey + "-2")]);
        Assert.Equal(200, ticket.Status);
        var issued = JsonDocument.Parse(ticket.Body).RootElement;
        scan.Add("the ticket's query", new Uri(issued.GetProperty("upload_url").GetString()!).Query[1..]);
        var photo = $"/api/v1/photos/{issued.GetProperty("photo_id").GetString()}";
        await api.RequestAsync(
            "PATCH", photo + "/status", token, new { status = "failed", failure_reason = InTheBody });
        await api.RequestAsync("PATCH", photo + "/status", token, $"{{\"status\":\"{InTheBody}\"}}");
        await api.RequestAsync("POST", "/api/v1/photos/upload-url", token, new { file_name = InTheBody + "\u0000" });
        await api.RequestAsync("POST", "/api/v1/projects", token, $"{{\"name\":\"{InTheBody}\"");
        foreach (var path in new[] { photo, "/api/v1/projects", "/healthz", "/readyz", "/openapi/v1.json", "/nothing" })
        {
            await api.RequestAsync("GET", path, token, query: $"access_token={token}&cursor={InTheQuery}");
        }
    }

    private static async Task SendBadTokensAsync(FakeRuntimeApi api, string token, SecretScan scan)
    {
        var parts = token.Split('.');
        string[] bad =
        [
            $"{parts[0]}.{parts[1]}.{new string(parts[2].Reverse().ToArray())}",
            $"{parts[0]}.{parts[2]}.{parts[1]}",
            $"eyJhbGciOiJIUzI1NiJ9.{parts[1]}.{parts[2]}",
            "an-opaque-token-of-some-other-service",
        ];
        foreach (var other in bad)
        {
            scan.AddToken("a bad token", other);
            Assert.Equal(401, (await api.RequestAsync("GET", "/api/v1/projects", other)).Status);
        }

        scan.Add("a basic authorization", "dXNlcjpwYXNzd29yZA==");
        await api.RequestAsync("GET", "/api/v1/projects", headers: [("authorization", "Basic dXNlcjpwYXNzd29yZA==")]);
    }
}
