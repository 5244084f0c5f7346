using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PhotoLambda.Tests;

/// <summary>The Lambda service as a function sees it: the Runtime API and the extensions API on one port.</summary>
internal sealed class FakeRuntimeApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<FakeEvent> _events = Channel.CreateUnbounded<FakeEvent>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<FakeAnswer>> _answers = new();
    private readonly ConcurrentQueue<string> _unexpected = new();
    private readonly string _prefix;

    private FakeRuntimeApi(WebApplication app, string prefix)
    {
        _app = app;
        _prefix = prefix;
    }

    /// <summary>What the function is answered for a response or an error it reports.</summary>
    public HttpStatusCode AnswerWith { get; set; } = HttpStatusCode.Accepted;

    /// <summary>What the function is answered when it asks for an event, if not an event.</summary>
    public HttpStatusCode? NextWith { get; set; }

    /// <summary>What the function is answered when it registers an extension; null makes it wait.</summary>
    public HttpStatusCode? RegisterWith { get; set; } = HttpStatusCode.NotFound;

    /// <summary>Every request in order, as <c>GET runtime/invocation/next</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Released each time the function asks for an event.</summary>
    public SemaphoreSlim Asked { get; } = new(0);

    public ConcurrentDictionary<string, byte> Connections { get; } = new();

    public ConcurrentQueue<string> UserAgents { get; } = new();

    public TaskCompletionSource<FakeAnswer> InitError { get; } = NewAnswer();

    public TaskCompletionSource<FakeAnswer> Registration { get; } = NewAnswer();

    public TaskCompletionSource ExtensionWaits { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>As AWS_LAMBDA_RUNTIME_API has it.</summary>
    public string Endpoint => $"127.0.0.1:{new Uri(_app.Urls.First()).Port}{_prefix}";

    public static async Task<FakeRuntimeApi> StartAsync(string prefix = "")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0")
            .ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var api = new FakeRuntimeApi(app, prefix);
        app.Run(api.HandleAsync);
        await app.StartAsync();
        return api;
    }

    public HttpClient NewClient() => new() { BaseAddress = new Uri($"http://{Endpoint}/") };

    /// <summary>Sends an event and waits for what the function makes of it.</summary>
    public async Task<FakeAnswer> InvokeAsync(string payload, params (string Name, string Value)[] headers)
    {
        var id = Guid.NewGuid().ToString();
        var answer = _answers[id] = NewAnswer();
        var all = headers.Prepend(("Lambda-Runtime-Aws-Request-Id", id)).ToArray();
        await _events.Writer.WriteAsync(new FakeEvent(payload, all));
        return await answer.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    /// <summary>Sends an event with these headers and no other.</summary>
    public ValueTask SendRawAsync(string payload, params (string Name, string Value)[] headers) =>
        _events.Writer.WriteAsync(new FakeEvent(payload, headers));

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Assert.Empty(_unexpected);
    }

    private static TaskCompletionSource<FakeAnswer> NewAnswer() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        Requests.Enqueue($"{context.Request.Method} {path}");
        Connections.TryAdd(context.Connection.Id, 0);
        UserAgents.Enqueue(context.Request.Headers.UserAgent.ToString());
        var runtime = $"{_prefix}/2018-06-01/runtime/";
        try
        {
            await ((context.Request.Method, path) switch
            {
                ("GET", _) when path == runtime + "invocation/next" => NextAsync(context),
                ("POST", _) when path == runtime + "init/error" => InitErrorAsync(context),
                ("POST", _) when path.StartsWith(runtime + "invocation/", StringComparison.Ordinal) =>
                    AnswerAsync(context, path[(runtime.Length + "invocation/".Length)..].Split('/')),
                ("POST", "/2020-01-01/extension/register") => RegisterAsync(context),
                ("GET", "/2020-01-01/extension/event/next") => ExtensionNextAsync(context),
                _ => RefuseAsync(context),
            });
        }
        catch (OperationCanceledException)
        {
            // The function went away while it waited.
        }
    }

    private async Task NextAsync(HttpContext context)
    {
        Asked.Release();
        if (NextWith is { } status)
        {
            context.Response.StatusCode = (int)status;
            await context.Response.WriteAsync("no more");
            return;
        }

        var next = await _events.Reader.ReadAsync(context.RequestAborted);
        foreach (var (name, value) in next.Headers)
        {
            context.Response.Headers[name] = value;
        }

        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(next.Payload), context.RequestAborted);
    }

    private async Task AnswerAsync(HttpContext context, string[] idAndKind)
    {
        var answer = await FakeAnswer.ReadAsync(idAndKind[1], context.Request);
        if (idAndKind[1] is not ("response" or "error") || !_answers.TryRemove(idAndKind[0], out var waiting))
        {
            await RefuseAsync(context);
            return;
        }

        context.Response.StatusCode = (int)AnswerWith;
        await context.Response.WriteAsync("""{"status":"OK"}""", context.RequestAborted);
        waiting.SetResult(answer);
    }

    private async Task InitErrorAsync(HttpContext context)
    {
        var answer = await FakeAnswer.ReadAsync("init", context.Request);
        context.Response.StatusCode = (int)AnswerWith;
        InitError.TrySetResult(answer);
    }

    private async Task RegisterAsync(HttpContext context)
    {
        Registration.TrySetResult(await FakeAnswer.ReadAsync("register", context.Request));
        if (RegisterWith is null)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }

        context.Response.StatusCode = (int)RegisterWith!;
        context.Response.Headers["Lambda-Extension-Identifier"] = "the-extension";
        await context.Response.WriteAsync("{}", context.RequestAborted);
    }

    private async Task ExtensionNextAsync(HttpContext context)
    {
        Assert.Equal("the-extension", context.Request.Headers["Lambda-Extension-Identifier"]);
        ExtensionWaits.TrySetResult();
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
    }

    private Task RefuseAsync(HttpContext context)
    {
        _unexpected.Enqueue($"{context.Request.Method} {context.Request.Path}");
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private sealed record FakeEvent(string Payload, (string Name, string Value)[] Headers);
}

/// <param name="Kind">response or error.</param>
internal sealed record FakeAnswer(string Kind, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public static async Task<FakeAnswer> ReadAsync(string kind, HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return new(kind, body.ToArray(), request.Headers.ToDictionary(
            header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
    }
}
