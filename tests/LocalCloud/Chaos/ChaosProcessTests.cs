using System.Text.Json;
using PhotoLambda.Local;
using PhotoLambda.Sqs;

namespace PhotoLambda.Tests;

/// <summary>Chaos in a whole local cloud, with photos that are uploaded to it.</summary>
public sealed class ChaosProcessTests : IDisposable
{
    private readonly string _folder = TemporaryFolder.New();

    [Fact]
    public async Task Events_are_lost_and_processes_killed_as_often_as_asked()
    {
        using var cloud = await LocalCloudProcess.StartReadyAsync(_folder);
        using var door = new ChaosDoor(cloud.Api, cloud.Cloud);
        using var client = new ApiClient(cloud.Api, "chaos");
        await client.SignInAsync("photos:read photos:write projects:write");
        var project = await client.NewProjectAsync();

        await door.SetAsync("""{"drop_events": 1}""");
        var lost = await UploadAsync(client, project, 8_000);
        await UntilAsync(async () => await door.DoneAsync("events_dropped") == 1);

        // Shorter than the template may have it, so that what was killed comes back soon.
        await door.SqsAsync("SetQueueAttributes", new SqsRequest
        {
            QueueUrl = $"{cloud.Cloud}{CloudIdentity.AccountId}/photolambda-ObjectCreatedQueue",
            Attributes = new Dictionary<string, string> { ["VisibilityTimeout"] = "1" },
        });
        await door.SetAsync(
            """{"seed": 1, "kill": {"function": "OnObjectCreatedFunction", "after_ms": [0, 3], "times": 2}}""");
        var killed = await UploadAsync(client, project, 9_000);
        await client.UntilAsync(killed, "processing");

        Assert.Equal(2, await door.DoneAsync("kills"));
        Assert.Contains("as /_local/chaos asks", cloud.Output, StringComparison.Ordinal);
        var (_, photo) = await client.SendAsync(HttpMethod.Get, $"/api/v1/photos/{lost.GetProperty("photo_id")}");
        Assert.Equal("pending_upload", photo.GetProperty("status").GetString());
    }

    public void Dispose() => TemporaryFolder.Delete(_folder);

    private static async Task<JsonElement> UploadAsync(ApiClient client, string project, int length)
    {
        var bytes = ImageBuilder.Jpeg(64, 64, length: length);
        var ticket = await client.NewTicketAsync(project, bytes);
        Assert.Equal(System.Net.HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
        return ticket;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await condition())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
