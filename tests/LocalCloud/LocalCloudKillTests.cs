using System.Net;
using System.Text.Json;
using Amazon.S3;
using PhotoLambda.Aws;
using PhotoLambda.Local;
using PhotoLambda.Sqs;

namespace PhotoLambda.Tests;

/// <summary>kill -9 in the middle of uploads: what was answered is there afterwards, and arrives.</summary>
public sealed class LocalCloudKillTests : IDisposable
{
    private readonly string _folder = TemporaryFolder.New();

    [Fact]
    public async Task A_kill_at_any_point_loses_no_object_no_message_and_no_row()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var stored = new List<JsonElement>();
        for (var round = 0; round < 3; round++)
        {
            using var cloud = await LocalCloudProcess.StartReadyAsync(_folder);
            using var client = new ApiClient(cloud.Api, "killed");
            await client.SignInAsync("photos:read photos:write projects:write");
            var project = await client.NewProjectAsync(new { upload_urls_per_minute = 100_000 });
            var uploads = UploadUntilKilledAsync(client, project, stored);
            await Task.Delay(random.Next(200, 1500), TestContext.Current.CancellationToken);
            await cloud.KillAsync();
            await uploads;
        }

        using var last = await LocalCloudProcess.StartReadyAsync(_folder);
        Assert.NotEmpty(stored);
        using var reader = new ApiClient(last.Api, "killed");
        await reader.SignInAsync("photos:read");
        foreach (var ticket in stored)
        {
            var photo = await reader.UntilAsync(ticket, "processing");
            Assert.Equal(64, photo.GetProperty("width").GetInt32());
        }

        await ObjectsAreThereAsync(last, stored);
        await JobsAreThereAsync(last, stored);
    }

    public void Dispose() => TemporaryFolder.Delete(_folder);

    private static async Task UploadUntilKilledAsync(ApiClient client, string project, List<JsonElement> stored)
    {
        var bytes = ImageBuilder.Jpeg(64, 64, length: 4096);
        try
        {
            while (true)
            {
                var ticket = await client.NewTicketAsync(project, bytes);
                if (await ApiClient.PutAsync(ticket, bytes) == HttpStatusCode.OK)
                {
                    stored.Add(ticket);
                }
            }
        }
        catch (HttpRequestException)
        {
            // Killed: what was not answered was not promised.
        }
    }

    private static async Task ObjectsAreThereAsync(LocalCloudProcess cloud, List<JsonElement> stored)
    {
        using var s3 = new AmazonS3Client(CloudIdentity.AccessKeyId, CloudIdentity.SecretAccessKey, new AmazonS3Config
        {
            ServiceURL = cloud.Cloud.AbsoluteUri,
            AuthenticationRegion = CloudIdentity.Region,
            ForcePathStyle = true,
        });
        foreach (var ticket in stored)
        {
            var url = new Uri(ticket.GetProperty("s3_url").GetString()!);
            var key = url.AbsolutePath.TrimStart('/');
            var head = await s3.GetObjectMetadataAsync(url.Host, key, TestContext.Current.CancellationToken);
            Assert.Equal(4096, head.ContentLength);
        }
    }

    private static async Task JobsAreThereAsync(LocalCloudProcess cloud, List<JsonElement> stored)
    {
        using var http = new HttpClient();
        var aws = new AwsEnvironment(
            CloudIdentity.Region, new AwsCredentials(CloudIdentity.AccessKeyId, CloudIdentity.SecretAccessKey, null),
            cloud.Cloud, cloud.Cloud);
        var queue = new QueueClient(http, aws, $"{cloud.Cloud}{CloudIdentity.AccountId}/photolambda-DetectionQueue");
        var missing = stored.Select(t => t.GetProperty("photo_id").GetString()!).ToHashSet();
        while (missing.Count > 0 && await queue.ReceiveAsync(waitSeconds: 1) is { Count: > 0 } messages)
        {
            var jobs = messages.Select(m => JsonDocument.Parse(m.Body).RootElement);
            missing.ExceptWith(jobs.Select(job => job.GetProperty("photo_id").GetString()!));
        }

        Assert.Empty(missing);
    }
}
