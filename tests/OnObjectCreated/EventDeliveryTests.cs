using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using PhotoLambda.OnObjectCreated;

namespace PhotoLambda.Tests;

/// <summary>Events that come twice, late, broken, or while something is down.</summary>
public sealed class EventDeliveryTests(CloudFixture cloud)
{
    private const string NoSuchPort = "http://127.0.0.1:9";

    [Fact]
    public async Task With_the_detection_queue_down_the_upload_succeeds_and_the_job_waits()
    {
        await using var function = await Function.StartAsync(cloud, ("AWS_ENDPOINT_URL_SQS", NoSuchPort));
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        var answer = await function.InvokeAsync(SqsEvent(("m1", photo.Event())));

        Assert.Empty(Failures(answer));
        var row = await cloud.RowAsync(
            "select p.status, o.published_at, o.attempts, o.last_error from photos p join outbox o on o.photo_id = p.id where p.id = $1",
            photo.Id);
        Assert.Equal("uploaded", row[0]);
        Assert.Null(row[1]);
        Assert.Equal(1, row[2]);
        Assert.NotNull(row[3]);
    }

    [Fact]
    public async Task A_job_that_waited_leaves_when_its_event_comes_again()
    {
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));
        await using (var down = await Function.StartAsync(cloud, ("AWS_ENDPOINT_URL_SQS", NoSuchPort)))
        {
            await down.InvokeAsync(SqsEvent(("m1", photo.Event())));
        }

        await using var up = await Function.StartAsync(cloud);
        Assert.Empty(Failures(await up.InvokeAsync(SqsEvent(("m1", photo.Event())))));

        Assert.Equal(["processing", true, 1L], await cloud.RowAsync(
            "select p.status, o.published_at is not null, count(*) over () from photos p join outbox o on o.photo_id = p.id where p.id = $1",
            photo.Id));
    }

    [Fact]
    public async Task An_event_that_comes_twice_makes_one_transition_and_one_job()
    {
        await using var function = await Function.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        await function.InvokeAsync(SqsEvent(("m1", photo.Event()), ("m2", photo.Event())));
        await function.InvokeAsync(SqsEvent(("m3", photo.Event())));

        Assert.Equal([1L, 1L], await cloud.RowAsync(
            """
            select (select count(*) from outbox where photo_id = $1),
              (select count(*) from photo_events where photo_id = $1 and to_status = 'uploaded')
            """, photo.Id));
    }

    [Fact]
    public async Task The_store_may_invoke_the_function_itself()
    {
        await using var function = await Function.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Png(length: 4096), "image/png");

        await function.InvokeAsync(photo.Event());

        Assert.Equal(["processing"], await cloud.RowAsync("select status from photos where id = $1", photo.Id));
    }

    [Fact]
    public async Task Only_the_messages_that_failed_come_again()
    {
        await using var function = await Function.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        var answer = await function.InvokeAsync(SqsEvent(
            ("good", photo.Event()),
            ("garbage", "no JSON"),
            ("incomplete", """{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{}}}]}"""),
            ("test", """{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"""),
            ("removed", photo.Event("ObjectRemoved:Delete")),
            ("stray", new StoredPhoto(Guid.Empty, "b", "no/such key.jpg", "e").Event())));

        Assert.Equal(["garbage", "incomplete"], Failures(answer).Order());
        Assert.Equal(["processing"], await cloud.RowAsync("select status from photos where id = $1", photo.Id));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(403)]
    public async Task When_the_store_does_not_give_the_object_the_message_comes_again(int status)
    {
        await using var store = await BrokenStore.StartAsync(status);
        await using var function = await Function.StartAsync(cloud, ("AWS_ENDPOINT_URL_S3", store.Address));
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        var answer = await function.InvokeAsync(SqsEvent(("m1", photo.Event())));

        Assert.Equal(["m1"], Failures(answer));
        Assert.Equal(status >= 500 ? 4 : 1, store.Requests);
        Assert.Equal(["pending_upload"], await cloud.RowAsync("select status from photos where id = $1", photo.Id));
    }

    [Fact]
    public async Task An_object_that_is_gone_or_replaced_is_left_to_its_later_event()
    {
        await using var function = await Function.StartAsync(cloud);
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        var answer = await function.InvokeAsync(SqsEvent(("m1", (photo with { ETag = "00000000000000000000000000000000" }).Event())));

        Assert.Empty(Failures(answer));
        Assert.Equal(["pending_upload"], await cloud.RowAsync("select status from photos where id = $1", photo.Id));
    }

    [Fact]
    public async Task When_the_database_is_down_every_message_comes_again()
    {
        await using var function = await Function.StartAsync(
            cloud, ("PHOTOLAMBDA_DATABASE_URL", "postgresql://nobody:x@127.0.0.1:9/none"));
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));

        var answer = await function.InvokeAsync(SqsEvent(("m1", photo.Event())));

        Assert.Contains("NpgsqlException", answer);
        Assert.Equal(["pending_upload"], await cloud.RowAsync("select status from photos where id = $1", photo.Id));
    }

    [Theory]
    [InlineData("PHOTOLAMBDA_DATABASE_URL", "")]
    [InlineData("PHOTOLAMBDA_DETECTION_QUEUE_URL", "")]
    [InlineData("PHOTOLAMBDA_DETECTION_QUEUE_URL", "not a url")]
    public async Task A_start_without_its_settings_names_the_variable(string name, string value)
    {
        var settings = cloud.Settings("OnObjectCreatedFunction").ToDictionary();
        settings[name] = value;

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => OnObjectCreatedFunction.RunAsync(
            settings: settings, cancellation: TestContext.Current.CancellationToken));

        Assert.Contains(name, failure.Message);
    }

    private static string SqsEvent(params (string Id, string Body)[] messages) => JsonSerializer.Serialize(new
    {
        Records = messages.Select(m => new { messageId = m.Id, receiptHandle = "r", body = m.Body, eventSource = "aws:sqs" }),
    });

    private static IEnumerable<string> Failures(string answer) => JsonDocument.Parse(answer).RootElement
        .GetProperty("batchItemFailures").EnumerateArray().Select(f => f.GetProperty("itemIdentifier").GetString()!);

    /// <summary>The real function, with events of the test's own.</summary>
    private sealed class Function(FakeRuntimeApi api, Task run, CancellationTokenSource stop) : IAsyncDisposable
    {
        public static async Task<Function> StartAsync(CloudFixture cloud, params (string Name, string Value)[] changes)
        {
            var api = await FakeRuntimeApi.StartAsync();
            var settings = cloud.Settings("OnObjectCreatedFunction").ToDictionary();
            foreach (var (name, value) in changes)
            {
                settings[name] = value;
            }

            var stop = new CancellationTokenSource();
            return new Function(api, OnObjectCreatedFunction.RunAsync(api.NewClient(), settings, stop.Token), stop);
        }

        /// <returns>The response, or the error as text.</returns>
        public async Task<string> InvokeAsync(string payload)
        {
            var deadline = DateTimeOffset.UtcNow.AddSeconds(15).ToUnixTimeMilliseconds();
            var answer = await api.InvokeAsync(payload, ("Lambda-Runtime-Deadline-Ms", $"{deadline}"));
            return answer.Text;
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await run.ContinueWith(_ => { }, TaskScheduler.Default);
            await api.DisposeAsync();
            stop.Dispose();
        }
    }

    /// <summary>A photo whose object is in the store and whose row waits: no event has been sent for it yet.</summary>
    private sealed record StoredPhoto(Guid Id, string Bucket, string Key, string ETag)
    {
        public static async Task<StoredPhoto> NewAsync(CloudFixture cloud, byte[] bytes, string type = "image/jpeg")
        {
            using var client = await cloud.NewOrganizationAsync();
            var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), bytes, type);
            var id = ticket.GetProperty("photo_id").GetGuid();
            // The row is moved to a bucket without notifications: the only events are the test's own.
            var key = $"a folder/{id}";
            using var s3 = cloud.S3();
            var put = await s3.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest
            {
                BucketName = CloudFixture.QuietBucket,
                Key = key,
                ContentType = type,
                InputStream = new MemoryStream(bytes),
            });
            await cloud.RowAsync(
                "update photos set s3_bucket = $2, s3_key_original = $3 where id = $1", id, CloudFixture.QuietBucket, key);
            return new StoredPhoto(id, CloudFixture.QuietBucket, key, put.ETag.Trim('"'));
        }

        public string Event(string name = "ObjectCreated:Put") => JsonSerializer.Serialize(new
        {
            Records = new[]
            {
                new
                {
                    eventVersion = "2.1",
                    eventSource = "aws:s3",
                    awsRegion = "us-east-1",
                    eventTime = "2026-01-01T00:00:00.000Z",
                    eventName = name,
                    s3 = new
                    {
                        bucket = new { name = Bucket },
                        @object = new { key = Key.Replace(' ', '+'), size = 4096, eTag = ETag, sequencer = "0055AED6DCD90281E5" },
                    },
                },
            },
        });
    }

    private sealed class BrokenStore(WebApplication app) : IAsyncDisposable
    {
        private int _requests;

        public string Address => app.Urls.First();

        public int Requests => _requests;

        public static async Task<BrokenStore> StartAsync(int status)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var store = new BrokenStore(app);
            app.Run(http =>
            {
                Interlocked.Increment(ref store._requests);
                http.Response.StatusCode = status;
                return Task.CompletedTask;
            });
            await app.StartAsync();
            return store;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
