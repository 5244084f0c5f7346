using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PhotoLambda.Aws;
using PhotoLambda.Local;
using PhotoLambda.Local.Iam;
using PhotoLambda.Local.Sqs;
using PhotoLambda.Local.Template;
using PhotoLambda.Sqs;

namespace PhotoLambda.Tests;

/// <summary>The SQS part of the local cloud on a free port, with its data in a folder of its own.</summary>
internal sealed class SqsServer : IAsyncDisposable
{
    public static readonly AwsCredentials Credentials =
        new(CloudIdentity.AccessKeyId, CloudIdentity.SecretAccessKey);

    private readonly WebApplication _app;
    private readonly TimeProvider _time;

    private readonly string _folder;

    private SqsServer(WebApplication app, TimeProvider time, string folder) =>
        (_app, _time, _folder) = (app, time, folder);

    public required Uri Url { get; init; }

    public required QueueService Queues { get; init; }

    public HttpClient Http { get; } = new();

    public static Task<SqsServer> StartAsync(TimeProvider? time = null, params QueueResource[] queues) =>
        GuardedAsync(null, time, queues);

    /// <param name="access">Null: the administrator alone.</param>
    public static async Task<SqsServer> GuardedAsync(
        AccessControl? access, TimeProvider? time, params QueueResource[] queues)
    {
        time ??= TimeProvider.System;
        SqsEndpoint? endpoint = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            if (SqsEndpoint.Accepts(context.Request))
            {
                return endpoint!.HandleAsync(context);
            }

            context.Response.StatusCode = StatusCodes.Status418ImATeapot;
            return Task.CompletedTask;
        });
        await app.StartAsync();
        var url = new Uri(app.Urls.Single());
        var folder = NewFolder();
        var service = QueueService.Open(folder, queues.Length > 0 ? queues : [new("Q", "q")], url, time);
        endpoint = new SqsEndpoint(service, time, access);
        return new SqsServer(app, time, folder) { Url = url, Queues = service };
    }

    public static string NewFolder() => TemporaryFolder.New();

    /// <summary>Bytes of a queue's file.</summary>
    public long JournalLength(string name = "q") => new FileInfo(Path.Combine(_folder, $"{name}.jsonl")).Length;

    public LocalQueue Queue(string name = "q") => Queues.Find(name)!;

    public QueueClient Client(string name = "q", QueueClientOptions? options = null) => new(
        Http, new AwsEnvironment("us-east-1", Credentials, SqsOverride: Url), Queue(name).Url, options, _time);

    /// <summary>Sends this JSON as a signed request for an operation.</summary>
    public async Task<SqsReply> CallAsync(string operation, string json, Action<HttpRequestMessage>? tamper = null)
    {
        using var request = Signed(operation, json);
        tamper?.Invoke(request);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return await SqsReply.ReadAsync(response);
    }

    public HttpRequestMessage Signed(string operation, string json, AwsCredentials? credentials = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Url) { Content = new StringContent(json) };
        request.Content.Headers.ContentType = new(SqsJson.ContentType);
        request.Headers.Add("X-Amz-Target", SqsJson.TargetPrefix + operation);
        new RequestSigner(credentials ?? Credentials, "us-east-1", "sqs", _time)
            .Sign(request, Encoding.UTF8.GetBytes(json));
        return request;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Http.Dispose();
        Queues.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

internal sealed record SqsReply(int Status, string Body, string QueryError)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public string? Type => Json.GetProperty("__type").GetString();

    public static async Task<SqsReply> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
        response.Headers.TryGetValues("x-amzn-query-error", out var error) ? error.Single() : "");

    /// <summary>Asserts that the request was refused with this error.</summary>
    public void IsRefused(int status, string code)
    {
        Assert.Equal(status, Status);
        Assert.Equal($"com.amazonaws.sqs#{code}", Type);
    }
}
