using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Signals;

namespace PhotoLambda.Tests;

/// <summary>What a collector gets, and what it costs where there is none.</summary>
public class TracingTests(CloudFixture cloud)
{
    private const string Root = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0";
    private const string TraceId = "5759e988bd862e3fe1be46a994272793";

    [Fact]
    public async Task A_request_is_a_span_of_its_route_within_the_trace_of_the_host()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionChild.OnLambda(
            cloud, api, "UploadUrl", ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Endpoint));

        await api.RequestAsync(
            "GET", "/api/v1/photos", await cloud.TokenAsync("org-traced"), query: "session_id=secret", trace: Root);

        // The process may be frozen from now on: nothing but the end of this invocation sends them.
        var request = await collector.SpanAsync(s => s.Name == "GET /api/v1/photos");
        Assert.Equal((TraceId, "53995c3f42cd8ad8"), (request.TraceId, request.ParentId));
        Assert.Equal("/api/v1/photos", request.Attributes["http.route"]);
        Assert.Equal("200", request.Attributes["http.response.status_code"]);
        var statement = await collector.SpanAsync(
            s => s.Attributes.GetValueOrDefault("db.query.text")?.Contains("from photos") == true);
        Assert.Equal((TraceId, request.Id), (statement.TraceId, statement.ParentId));
        Assert.Contains("$1", statement.Attributes["db.query.text"]);
        // Of the issuer's keys, which the start asks for, and no request.
        var keys = await collector.SpanAsync(s => s.Attributes.ContainsKey("url.full"));
        Assert.NotEqual(TraceId, keys.TraceId);
        Assert.Contains("photolambda-upload-url", collector.Text);
        Assert.DoesNotContain("org-traced", collector.Text);
        Assert.DoesNotContain("secret", collector.Text);
    }

    [Fact]
    public async Task The_clients_own_trace_goes_before_that_of_the_host()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionChild.OnLambda(
            cloud, api, "UploadUrl", ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Endpoint + "/"));

        await api.RequestAsync("GET", "/healthz", trace: Root,
            headers: [("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]);

        var request = await collector.SpanAsync(s => s.Name == "GET /healthz");
        Assert.Equal(("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"), (request.TraceId, request.ParentId));
    }

    [Fact]
    public async Task A_sweep_is_a_trace()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionChild.OnLambda(
            cloud, api, "Sweep", ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Endpoint));

        await api.InvokeAsync("{}", ("Lambda-Runtime-Trace-Id", Root));

        var statement = await collector.SpanAsync(
            s => s.Attributes.GetValueOrDefault("db.query.text")?.Contains("idempotency_keys") == true);
        Assert.Equal(TraceId, statement.TraceId);
        Assert.Contains("photolambda-sweep", collector.Text);
    }

    [Fact]
    public async Task An_event_is_one_trace_from_the_store_to_the_job()
    {
        JsonElement sent = default;
        string? header = null;
        await using var queue = await BrokenStore.StartAsync(async http =>
        {
            header = http.Request.Headers.TraceParent;
            sent = (await JsonDocument.ParseAsync(http.Request.Body)).RootElement;
            var entries = sent.GetProperty("Entries").EnumerateArray()
                .Select(e => new { Id = e.GetProperty("Id").GetString(), MessageId = "m", MD5OfMessageBody = "m" });
            await http.Response.WriteAsJsonAsync(new { Successful = entries, Failed = Array.Empty<object>() });
        });
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));
        await using var collector = await OtlpReceiver.StartAsync();
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionChild.OnLambda(cloud, api, "OnObjectCreated",
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Endpoint), ("AWS_ENDPOINT_URL_SQS", queue.Address));

        await api.InvokeAsync(
            LoneOnObjectCreated.Messages(("1", photo.Event())), ("Lambda-Runtime-Trace-Id", Root));

        var invocation = await collector.SpanAsync(s => s.Name == "invoke");
        Assert.Equal((TraceId, "53995c3f42cd8ad8"), (invocation.TraceId, invocation.ParentId));
        Assert.All(collector.Spans, s => Assert.Equal(TraceId, s.TraceId));
        var read = await collector.SpanAsync(
            s => s.Attributes.GetValueOrDefault("url.full")?.Contains(photo.Bucket) == true);
        Assert.Equal("GET", read.Attributes["http.request.method"]);
        await collector.SpanAsync(s => s.Attributes.GetValueOrDefault("db.query.text")?.Contains("outbox") == true);
        Assert.StartsWith($"00-{TraceId}-", header);
        Assert.StartsWith($"00-{TraceId}-", sent.GetProperty("Entries")[0]
            .GetProperty("MessageAttributes").GetProperty("traceparent").GetProperty("StringValue").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenTelemetry_is_loaded_only_where_a_collector_is_named(bool named)
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        (string, string?)[] settings = named ? [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")] : [];
        await using var http = FunctionChild.OnLambda(cloud, api, "UploadUrl", settings);
        await api.RequestAsync("GET", "/readyz");
        await using var otherApi = await FakeRuntimeApi.StartAsync();
        await using var events = FunctionChild.OnLambda(cloud, otherApi, "OnObjectCreated", settings);
        await otherApi.InvokeAsync(LoneOnObjectCreated.Messages(("1", "no event")));

        Assert.Equal(named, http.Maps.Contains("OpenTelemetry", StringComparison.Ordinal));
        Assert.Equal(named, events.Maps.Contains("OpenTelemetry", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_collector_that_is_silent_holds_no_answer_up()
    {
        var stop = new TaskCompletionSource();
        await using var silent = await BrokenStore.StartAsync(_ => stop.Task);
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionChild.OnLambda(
            cloud, api, "UploadUrl", ("OTEL_EXPORTER_OTLP_ENDPOINT", silent.Address));

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(200, (await api.RequestAsync("GET", "/healthz")).Status);
            await WaitingAsync(silent, i + 1);
        }

        stop.SetResult();
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "not a URL")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    public void A_setting_that_is_wrong_stops_the_start(string name, string value)
    {
        var settings = new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:4318" };
        settings[name] = value;

        var failure = Assert.Throws<SettingException>(
            () => Traces.Open("test", v => settings.GetValueOrDefault(v)));

        Assert.StartsWith($"{name} is '{value}'; set it to ", failure.Message);
    }

    // The spans of an invocation are on their way, with nobody to take them.
    private static async Task WaitingAsync(BrokenStore silent, int requests)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (silent.Requests < requests)
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
