using System.Net;
using System.Text;
using System.Text.Json;
using PhotoLambda.Aws;
using PhotoLambda.Local;
using PhotoLambda.Sqs;

namespace PhotoLambda.Tests;

/// <summary>The door <c>/_local/chaos</c> of a local cloud, and queues of the test's own beside it.</summary>
internal sealed class ChaosDoor : IDisposable
{
    private readonly HttpClient _http = new();
    private readonly AwsEnvironment _aws;
    private readonly Uri _door;

    public ChaosDoor(Uri api, Uri cloud)
    {
        _door = new Uri(api, "/_local/chaos");
        _aws = new AwsEnvironment(
            CloudIdentity.Region, new AwsCredentials(CloudIdentity.AccessKeyId, CloudIdentity.SecretAccessKey, null),
            cloud, cloud);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(string method, string? json = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), _door);
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request, Stop);
        var body = await answer.Content.ReadAsStringAsync(Stop);
        return (answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(body));
    }

    /// <summary>Turns it on, and asserts that it is.</summary>
    public async Task SetAsync(string json)
    {
        var (status, body) = await AskAsync("POST", json);
        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
        Assert.True(body.GetProperty("on").GetBoolean());
    }

    public async Task<int> DoneAsync(string what) =>
        (await AskAsync("GET")).Body.GetProperty("done").GetProperty(what).GetInt32();

    public async Task<SqsAnswer> SqsAsync(string operation, SqsRequest request) =>
        await new SqsConnection(_http, _aws, TimeProvider.System).CallAsync(operation, request, Stop);

    public async Task<QueueClient> NewQueueAsync(string name)
    {
        var made = await SqsAsync("CreateQueue", new SqsRequest { QueueName = name });
        return new QueueClient(_http, _aws, made.QueueUrl!);
    }

    /// <summary>Whether a queue has no message any more, be it visible, in flight or delayed.</summary>
    private async Task<bool> IsEmptyAsync(string name)
    {
        var queue = (await SqsAsync("GetQueueUrl", new SqsRequest { QueueName = name })).QueueUrl;
        var request = new SqsRequest { QueueUrl = queue, AttributeNames = ["All"] };
        var attributes = (await SqsAsync("GetQueueAttributes", request)).Attributes!;
        return attributes.All(a =>
            !a.Key.StartsWith("ApproximateNumberOfMessages", StringComparison.Ordinal) || a.Value == "0");
    }

    /// <summary>Sends numbers in order, one after the other.</summary>
    public static async Task SendAsync(QueueClient queue, int count)
    {
        for (var i = 0; i < count; i += 10)
        {
            var outcomes = await queue.SendBatchAsync(
                [.. Enumerable.Range(i, 10).Select(n => new OutgoingMessage($"{n}"))], cancellationToken: Stop);
            Assert.All(outcomes, o => Assert.True(o.Confirmed, o.Failure));
        }
    }

    /// <summary>Receives and deletes until the queue of this name is empty.</summary>
    public async Task<List<ReceivedMessage>> DrainAsync(string name)
    {
        var queue = await NewQueueAsync(name);
        var all = new List<ReceivedMessage>();
        while (!await IsEmptyAsync(name))
        {
            var messages = await queue.ReceiveAsync(waitSeconds: 1, cancellationToken: Stop);
            all.AddRange(messages);
            await Task.WhenAll(messages.Select(m => queue.DeleteAsync(m.ReceiptHandle, Stop)));
        }

        return all;
    }

    public void Dispose() => _http.Dispose();
}
