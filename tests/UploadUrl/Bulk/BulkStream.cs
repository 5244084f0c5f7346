using System.Text;
using System.Text.Json;
using PhotoLambda.Sqs;

namespace PhotoLambda.Tests;

/// <summary>The HTTP function with a bulk queue that the test alone reads.</summary>
internal sealed class BulkStream(LoneUploadUrl function, SqsServer queues, string token) : IAsyncDisposable
{
    public static async Task<BulkStream> StartAsync(CloudFixture cloud, ApiClient client)
    {
        var queues = await SqsServer.StartAsync();
        var function = await LoneUploadUrl.StartAsync(
            cloud, cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!,
            ("PHOTOLAMBDA_BULK_QUEUE_URL", queues.Queue().Url), ("AWS_ENDPOINT_URL_SQS", queues.Url.AbsoluteUri));
        return new BulkStream(function, queues, client.Http.DefaultRequestHeaders.Authorization!.Parameter!);
    }

    public Task<HttpAnswer> PostAsync(string json, string? key = null) =>
        function.PostAsync(BulkRequests.Route, token, json, key);

    /// <summary>Takes the messages that came since the last time, in the order of their parts.</summary>
    public async Task<List<(int Bytes, JsonElement Message)>> TakeAsync()
    {
        var (client, messages) = (queues.Client(), new List<(int Bytes, JsonElement Message)>());
        IReadOnlyList<ReceivedMessage> some;
        do
        {
            some = await client.ReceiveAsync(10, 0, 600, TestContext.Current.CancellationToken);
            messages.AddRange(some.Select(
                m => (Encoding.UTF8.GetByteCount(m.Body), JsonDocument.Parse(m.Body).RootElement)));
        }
        while (some.Count > 0);

        return [.. messages.OrderBy(m => m.Message.GetProperty("part").GetInt32())];
    }

    public async ValueTask DisposeAsync()
    {
        await function.DisposeAsync();
        await queues.DisposeAsync();
    }
}
