using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace PhotoLambda.Tests;

/// <summary>
/// Stands between a user and both API and store, as the test says. Tickets that pass through lead here, too.
/// </summary>
internal sealed class PushProxy : IAsyncDisposable
{
    private static readonly HttpClient Http = new();

    private readonly CloudFixture _cloud;
    private BrokenStore? _server;

    private PushProxy(CloudFixture cloud) => _cloud = cloud;

    /// <summary>Before a request goes on; one that it answers does not.</summary>
    public Func<HttpContext, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>When a request was answered, before its sender knows.</summary>
    public Func<HttpContext, Task> After { get; set; } = _ => Task.CompletedTask;

    /// <param name="folder">Whose pushes go this way.</param>
    public static async Task<PushProxy> StartAsync(CloudFixture cloud, PushedFolder folder)
    {
        var proxy = new PushProxy(cloud);
        proxy._server = await BrokenStore.StartAsync(proxy.AnswerAsync);
        folder.Environment["PHOTOLAMBDA_API_URL"] = proxy._server.Address;
        return proxy;
    }

    public static Func<HttpContext, bool> Which(string kind) => kind switch
    {
        "api" => IsApi,
        "tickets" => IsTickets,
        "check" => IsCheck,
        _ => IsPut,
    };

    public static bool IsApi(HttpContext http) => http.Request.Path.StartsWithSegments("/api");

    public static bool IsPut(HttpContext http) => http.Request.Method == "PUT";

    public static bool IsTickets(HttpContext http) => http.Request.Path.Value!.EndsWith("/upload-urls");

    public static bool IsCheck(HttpContext http) => http.Request.Path.Value!.EndsWith("/check");

    /// <returns>What was sent, which goes on all the same.</returns>
    public static async Task<string> BodyAsync(HttpContext http)
    {
        http.Request.EnableBuffering();
        var text = await new StreamReader(http.Request.Body).ReadToEndAsync();
        http.Request.Body.Position = 0;
        return text;
    }

    /// <param name="status">0: the connection is lost.</param>
    public static void Refuse(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        if (status == 0)
        {
            http.Abort();
        }
    }

    /// <summary>Has requests of a kind fail so many times.</summary>
    /// <param name="count">The first of them; of all that come.</param>
    public void Fail(Func<HttpContext, bool> which, int count, Action<HttpContext> how)
    {
        var failed = 0;
        Before = http =>
        {
            if (which(http) && Interlocked.Increment(ref failed) <= count)
            {
                how(http);
            }

            return Task.CompletedTask;
        };
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        http.Response.StatusCode = 0;
        await Before(http);
        if (http.Response.StatusCode != 0 || http.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var target = IsApi(http) ? _cloud.Cloud.Api : _cloud.Cloud.Cloud;
        using var request = new HttpRequestMessage(
            new HttpMethod(http.Request.Method), new Uri(target, http.Request.GetEncodedPathAndQuery()));
        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        request.Content = body.Length > 0 ? new ByteArrayContent(body.ToArray()) : null;
        foreach (var (name, value) in http.Request.Headers)
        {
            if (name != "Host" && !request.Headers.TryAddWithoutValidation(name, value.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value.ToArray());
            }
        }

        using var answer = await Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        await After(http);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        if (answer.Headers.TryGetValues("RateLimit-Reset", out var reset))
        {
            http.Response.Headers["RateLimit-Reset"] = reset.ToArray();
        }

        await http.Response.WriteAsync(text.Replace(
            _cloud.Cloud.Cloud.GetLeftPart(UriPartial.Authority), _server!.Address, StringComparison.Ordinal));
    }
}
