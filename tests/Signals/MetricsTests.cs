using System.Text.Json;
using PhotoLambda.Signals;

namespace PhotoLambda.Tests;

/// <summary>What CloudWatch makes of the lines on standard output.</summary>
public class MetricsTests(CloudFixture cloud)
{
    [Fact]
    public async Task Each_request_is_one_line_of_metrics_by_its_route()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionChild.OnLambda(
            cloud, api, "UploadUrl", ("AWS_LAMBDA_FUNCTION_NAME", "stack-UploadUrl"));
        var token = await cloud.TokenAsync($"org-{Guid.NewGuid():N}");

        var project = JsonDocument.Parse((await api.RequestAsync(
            "POST", "/api/v1/projects", token, new { name = "Harbour" })).Body).RootElement.GetProperty("id");
        await api.RequestAsync("POST", "/api/v1/photos/upload-url", token,
            new { project_id = project, file_name = "a.jpg", file_size = 2048, mime_type = "image/jpeg" });
        await api.RequestAsync("GET", $"/api/v1/photos/{Guid.NewGuid()}", token);
        await api.RequestAsync("GET", "/made/up/by/a/stranger");

        var lines = (await function.SaysAsync(EmfLine.IsOne, times: 4)).Select(EmfLine.Read).ToList();
        Assert.All(lines, line => Assert.Equal("stack-UploadUrl", line.Dimensions["Function"]));
        Assert.All(lines, line => Assert.Equal(1, line.Metrics["Requests"]));
        Assert.All(lines, line => Assert.InRange(line.Metrics["Latency"], 0.001, 20_000));
        Assert.Equal(
            [
                ("POST /api/v1/projects", 0, 0), ("POST /api/v1/photos/upload-url", 0, 1),
                ("GET /api/v1/photos/{id}", 1, 0), ("(none)", 1, 0),
            ],
            lines.Select(l => (l.Dimensions["Route"], l.Metrics["ClientErrors"], l.Metrics["TicketsIssued"])));
    }

    [Fact]
    public async Task A_database_that_is_down_counts_as_a_server_error()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionChild.OnLambda(
            cloud, api, "UploadUrl", ("PHOTOLAMBDA_DATABASE_URL", "postgresql://u:p@127.0.0.1:9/d"));

        await api.RequestAsync("GET", "/readyz");

        var line = EmfLine.Read((await function.SaysAsync(EmfLine.IsOne))[0]);
        Assert.Equal((1, 0), (line.Metrics["ServerErrors"], line.Metrics["ClientErrors"]));
    }

    [Fact]
    public async Task Each_batch_of_events_is_one_line_of_metrics()
    {
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionChild.OnLambda(
            cloud, api, "OnObjectCreated", ("AWS_LAMBDA_FUNCTION_NAME", "stack-OnObjectCreated"));

        await api.InvokeAsync(LoneOnObjectCreated.Messages(("1", photo.Event()), ("2", "no event")));
        await api.InvokeAsync(LoneOnObjectCreated.Messages(("3", "no event")));

        var lines = (await function.SaysAsync(EmfLine.IsOne, times: 2)).Select(EmfLine.Read).ToList();
        Assert.Equal([1, 0], lines.Select(l => l.Metrics["Objects"]));
        Assert.Equal([1, 1], lines.Select(l => l.Metrics["Failed"]));
        Assert.True(lines[0].Metrics["EventAge"] > 0);
        Assert.False(lines[1].Metrics.ContainsKey("EventAge"));
    }

    [Fact]
    public async Task Every_kind_of_ticket_counts_and_a_kept_answer_does_not()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionChild.OnLambda(cloud, api, "UploadUrl");
        using var client = await cloud.NewOrganizationAsync();
        var token = client.Http.DefaultRequestHeaders.Authorization!.Parameter!;
        var file = new
        {
            project_id = await client.NewProjectAsync(),
            file_name = "a.jpg",
            file_size = 9_000_000,
            mime_type = "image/jpeg",
            method = "POST",
            key = "a.jpg",
        };

        var ticket = JsonDocument.Parse(
            (await api.RequestAsync("POST", "/api/v1/uppy/parameters", token, file)).Body).RootElement;
        await api.RequestAsync("POST", $"/api/v1/photos/{ticket.GetProperty("photo_id")}/upload-url", token);
        await api.RequestAsync("POST", "/api/v1/uppy/sign", token, file);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await api.RequestAsync(
                "POST", "/api/v1/photos/multipart", token, file, headers: [("idempotency-key", "same")]);
        }

        await api.RequestAsync("POST", "/api/v1/photos/upload-urls", token, new { items = new[] { file, file } });

        var lines = (await function.SaysAsync(EmfLine.IsOne, times: 6)).Select(EmfLine.Read);
        Assert.Equal([1, 1, 1, 1, 0, 2], lines.Select(l => l.Metrics["TicketsIssued"]));
    }

    [Fact]
    public async Task Each_sweep_is_one_line_of_metrics()
    {
        await using var database = await SweepDatabase.NewAsync(cloud);
        await database.AddAsync("due");
        await database.AddAsync("old", finished: "now() - interval '31 days'");
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionChild.OnLambda(
            cloud, api, "Sweep", ("AWS_LAMBDA_FUNCTION_NAME", "stack-Sweep"),
            ("PHOTOLAMBDA_DATABASE_URL", database.Worker));

        await api.InvokeAsync("{}");

        var line = EmfLine.Read((await function.SaysAsync(EmfLine.IsOne))[0]);
        Assert.Equal("stack-Sweep", line.Dimensions["Function"]);
        Assert.Equal(
            (1, 0, 1),
            (line.Metrics["DeletionsFinished"], line.Metrics["DeletionsLeft"], line.Metrics["RowsExpired"]));
    }

    [Theory]
    [InlineData("off", 0)]
    [InlineData("on", 2)]
    [InlineData(null, 0)]
    public async Task Outside_of_Lambda_there_are_metrics_only_when_asked_for(string? setting, int lines)
    {
        var (function, address) = await FunctionChild.OnKestrelAsync(cloud, ("PHOTOLAMBDA_METRICS", setting));
        await using (function)
        {
            using var http = new HttpClient { BaseAddress = address };
            using var answer = await http.GetAsync("/nothing", TestContext.Current.CancellationToken);
            await function.StopAsync();

            Assert.Equal(lines, function.Objects.Count(EmfLine.IsOne));
        }
    }

    [Fact]
    public void A_setting_that_is_neither_on_nor_off_stops_the_start()
    {
        var failure = Assert.Throws<SettingException>(() => MetricsLog.Open(_ => "yes"));

        Assert.Equal("PHOTOLAMBDA_METRICS is 'yes'; set it to on or off, or leave it.", failure.Message);
    }

    [Fact]
    public void Lines_of_many_threads_stay_whole()
    {
        using var output = new MemoryStream();
        using var log = new MetricsLog(output, TimeProvider.System);
        var set = new MetricSet(["Function", "Route"], ("Requests", "Count"), ("Latency", "Milliseconds"));

        Parallel.For(0, 1000, i => log.Write(set, ["f", $"GET /\"{i}\"/é"], [i, i / 8.0]));

        output.Position = 0;
        using var reader = new StreamReader(output);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => EmfLine.Read(JsonDocument.Parse(l).RootElement)).ToList();
        Assert.Equal(
            Enumerable.Range(0, 1000).Select(i => (double)i), lines.Select(l => l.Metrics["Requests"]).Order());
        Assert.All(lines, l => Assert.Equal($"GET /\"{l.Metrics["Requests"]}\"/é", l.Dimensions["Route"]));
    }
}
