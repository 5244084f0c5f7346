using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PhotoLambda.Aws;
using PhotoLambda.Sqs;

namespace PhotoLambda.Tests;

/// <summary>Something that answers at SQS's address, as the test says.</summary>
internal sealed class FailingEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FailingEndpoint(WebApplication app) => _app = app;

    public HttpClient Http { get; } = new();

    /// <summary>The requests so far.</summary>
    public List<SqsRequest> Requests { get; } = [];

    /// <summary>The HTTP headers of the last request.</summary>
    public Dictionary<string, string> Headers { get; private set; } = [];

    /// <param name="answer">From the number of the request (1, 2 …) and the request itself: status and body.</param>
    public static async Task<FailingEndpoint> StartAsync(Func<int, SqsRequest, (int Status, string Body)> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var endpoint = new FailingEndpoint(builder.Build());
        endpoint._app.Run(async context =>
        {
            var request = (await JsonSerializer.DeserializeAsync(
                context.Request.Body, SqsJson.Wire.SqsRequest, context.RequestAborted))!;
            int number;
            lock (endpoint.Requests)
            {
                endpoint.Requests.Add(request);
                endpoint.Headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString());
                number = endpoint.Requests.Count;
            }

            var (status, body) = answer(number, request);
            if (status == Silence)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }

            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body, context.RequestAborted);
        });
        await endpoint._app.StartAsync();
        return endpoint;
    }

    /// <summary>A status that stands for no answer at all.</summary>
    public const int Silence = 0;

    public QueueClient Client(QueueClientOptions? options = null, AwsCredentials? credentials = null) => new(
        Http,
        new AwsEnvironment(
            "eu-central-1", credentials ?? new("key", "secret"), SqsOverride: new Uri(_app.Urls.Single())),
        "https://sqs/1/q",
        options ?? new QueueClientOptions { RetryDelay = TimeSpan.FromMilliseconds(1), Parallelism = 1 });

    /// <summary>An answer that confirms the entries of these ids and refuses the others.</summary>
    public static (int Status, string Body) Answer(
        SqsRequest request, Func<string, bool> confirms, string code = "InternalError", bool senderFault = false)
    {
        var entries = request.Entries!.ToLookup(e => confirms(e.Id!), e => e.Id!);
        var answer = new SqsAnswer
        {
            Successful = [.. entries[true].Select(id => new BatchSuccess(id, $"id-{id}"))],
            Failed = [.. entries[false].Select(id => new BatchFailure(id, senderFault, code, "sorry"))],
        };
        return (200, JsonSerializer.Serialize(answer, SqsJson.Wire.SqsAnswer));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Http.Dispose();
    }
}
