using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PhotoLambda.Tests;

/// <summary>The presigned URL by which CloudFormation is answered, with failures before it takes the answer.</summary>
internal sealed class WaitingStack(WebApplication app) : IAsyncDisposable
{
    public const string Signature = "b7a1c0ffee";

    // Of the request's target, as S3 would check its signature.
    private const string Target = $"/arn%3Aaws%3Acloudformation%3A/stack%2Fphotos%7C8c2e?X-Amz-Signature={Signature}";

    private readonly ConcurrentQueue<byte[]> _taken = new();
    private int _tries;

    public Uri Url => new(app.Urls.First() + Target);

    public int Tries => _tries;

    /// <param name="failures">Of the first tries: a status, "hang" or "reset"; the last one is for all after it,
    /// too, when it ends with '*'.</param>
    public static async Task<WaitingStack> StartAsync(params string[] failures)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var stack = new WaitingStack(app);
        app.Run(http => stack.HandleAsync(http, failures));
        await app.StartAsync();
        return stack;
    }

    /// <summary>The one answer that was taken.</summary>
    public JsonElement Answer => JsonSerializer.Deserialize<JsonElement>(AnswerBytes);

    public byte[] AnswerBytes => Assert.Single(_taken);

    public string Status => Answer.GetProperty(nameof(Status)).GetString()!;

    public string Reason => Answer.GetProperty(nameof(Reason)).GetString()!;

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task HandleAsync(HttpContext http, string[] failures)
    {
        var number = Interlocked.Increment(ref _tries) - 1;
        var failure = number < failures.Length ? failures[number]
            : failures is [.., var last] && last.EndsWith('*') ? last : "";
        switch (failure.TrimEnd('*'))
        {
            case "hang":
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            case "reset":
                http.Abort();
                return;
            case { Length: > 0 } status:
                http.Response.StatusCode = int.Parse(status, null);
                return;
        }

        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var isAsSigned = http.Request.Method == "PUT" && http.Request.ContentType is null
            && http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget == Target
            && http.Request.ContentLength == body.Length;
        http.Response.StatusCode = isAsSigned ? 200 : 403;
        if (isAsSigned)
        {
            _taken.Enqueue(body.ToArray());
        }
    }
}
