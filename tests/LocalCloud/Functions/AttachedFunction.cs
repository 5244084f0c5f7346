using System.Text;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>A function that this process answers, over the Runtime API like any other.</summary>
internal sealed class AttachedFunction : IAsyncDisposable
{
    public static FunctionResource Resource { get; } = new(
        "Echo", "echo", "Echo", ".", 20, 128, null, new Dictionary<string, string>(), [], [], 2, null);

    private AttachedFunction(LambdaService lambda)
    {
        Lambda = lambda;
        Runtime = new HttpClient { BaseAddress = new Uri($"http://{lambda.RuntimeApiOf("Echo")}/") };
    }

    public LambdaService Lambda { get; }

    public FunctionHost Host => Lambda["Echo"];

    /// <summary>Under it: <c>2018-06-01/runtime/…</c>.</summary>
    public HttpClient Runtime { get; }

    public static async Task<AttachedFunction> StartAsync(
        CancellationToken cancellation, FunctionResource? resource = null)
    {
        var options = new LambdaOptions(
            new Uri("http://127.0.0.1:4566"), _ => throw new InvalidOperationException("It is attached."),
            (_, _) => { })
        {
            Attached = new HashSet<string> { "Echo" },
        };
        return new AttachedFunction(await LambdaService.StartAsync([resource ?? Resource], options, cancellation));
    }

    public async Task<(string Id, string Event, HttpResponseMessage Response)> NextAsync(CancellationToken cancellation)
    {
        var response = await Runtime.GetAsync("2018-06-01/runtime/invocation/next", cancellation);
        response.EnsureSuccessStatusCode();
        var id = response.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single();
        return (id, await response.Content.ReadAsStringAsync(cancellation), response);
    }

    public async Task<HttpResponseMessage> PostAsync(string path, byte[] body, CancellationToken cancellation) =>
        await Runtime.PostAsync($"2018-06-01/runtime/{path}", new ByteArrayContent(body), cancellation);

    /// <summary>Answers events in the background, for as long as the service runs.</summary>
    public void Answer(Func<string, string> answer) => _ = Task.Run(async () =>
    {
        while (true)
        {
            var (id, payload, _) = await NextAsync(CancellationToken.None);
            await PostAsync(
                $"invocation/{id}/response", Encoding.UTF8.GetBytes(answer(payload)), CancellationToken.None);
        }
    });

    public async ValueTask DisposeAsync()
    {
        await Lambda.DisposeAsync();
        Runtime.Dispose();
    }
}
