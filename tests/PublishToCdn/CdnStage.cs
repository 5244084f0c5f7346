using System.Text;
using System.Text.Json;
using Amazon.S3.Model;

namespace PhotoLambda.Tests;

/// <summary>A project with a database and an ImageKit of its own, and the function between them.</summary>
internal sealed class CdnStage : IAsyncDisposable
{
    public const string Bucket = CloudFixture.QuietBucket;
    private const string Folder = "/own";

    private readonly CloudFixture _cloud;
    private readonly string _name = Guid.NewGuid().ToString("N");
    private LonePublishToCdn? _function;

    private CdnStage(CloudFixture cloud, SweepDatabase database, ImageKitServer imageKit, SqsServer queues) =>
        (_cloud, Database, ImageKit, Queues) = (cloud, database, imageKit, queues);

    public SweepDatabase Database { get; }

    public ImageKitServer ImageKit { get; }

    public SqsServer Queues { get; }

    public LonePublishToCdn Function => _function!;

    public string Upload => new Uri(ImageKit.Http.BaseAddress!, "api/v1/files/upload").AbsoluteUri;

    public string Api => ImageKit.Http.BaseAddress!.AbsoluteUri.TrimEnd('/');

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<CdnStage> NewAsync(CloudFixture cloud, params (string Name, string Value)[] changes)
    {
        var stage = new CdnStage(
            cloud, await SweepDatabase.NewAsync(cloud), await ImageKitServer.StartAsync(),
            await SqsServer.StartAsync(null, new("Cdn", "cdn"), new("Jobs", "jobs"), new("Events", "events")));
        await stage.Database.ExecuteAsync($"""
            insert into organizations (id) values ('o');
            insert into projects (id, organization_id, name, publish_to_cdn) values ('{Guid.NewGuid()}', 'o', 'x', true)
            """);
        stage._function = await stage.AnotherAsync(changes);
        return stage;
    }

    /// <summary>What the function finds in its environment.</summary>
    public (string Name, string Value)[] Settings(params (string Name, string Value)[] changes) =>
    [
        ("PHOTOLAMBDA_DATABASE_URL", Database.Worker), ("PHOTOLAMBDA_IMAGEKIT_UPLOAD_URL", Upload),
        ("PHOTOLAMBDA_IMAGEKIT_API_URL", Api), ("PHOTOLAMBDA_IMAGEKIT_FOLDER", Folder), .. changes,
    ];

    /// <summary>The same function once more.</summary>
    public Task<LonePublishToCdn> AnotherAsync(params (string Name, string Value)[] changes) =>
        LonePublishToCdn.StartAsync(_cloud, Settings(changes));

    public string Key(int number) => $"{_name}/{number}";

    public static byte[] Content(int number) => [.. ImageKitServer.Png, .. Encoding.ASCII.GetBytes($"{number}")];

    /// <summary>Photos with their objects, which wait to be published.</summary>
    /// <param name="contents">Of each: equal numbers are equal bytes.</param>
    /// <param name="more">SQL: further assignments.</param>
    /// <returns>Their ids.</returns>
    public async Task<Guid[]> AddAsync(int[] contents, string more = "")
    {
        var first = (await Database.RowsAsync("select 1 from photos")).Length;
        Guid[] ids = [.. contents.Select(_ => Guid.CreateVersion7())];
        using var s3 = _cloud.S3();
        for (var i = 0; i < ids.Length; i++)
        {
            var put = await PutAsync(s3, first + i, contents[i]);
            await Database.ExecuteAsync($"""
                insert into photos (id, organization_id, project_id, file_name, s3_bucket, s3_key_original, status,
                  declared_content_type, content_type, declared_size_bytes, file_size_bytes, etag, uploaded_at,
                  cdn_due_at)
                select '{ids[i]}', 'o', id, '{first + i}', '{Bucket}', '{Key(first + i)}', 'uploaded', 'image/png',
                  'image/png', {Content(contents[i]).Length}, {Content(contents[i]).Length}, '{put}', now(),
                  now() + interval '10 minutes'
                from projects
                """);
        }

        if (more.Length > 0)
        {
            await Database.ExecuteAsync(
                $"update photos set {more} where id in ({string.Join(',', ids.Select(id => $"'{id}'"))})");
        }

        return ids;
    }

    /// <returns>The ETag.</returns>
    public async Task<string> PutAsync(Amazon.S3.AmazonS3Client s3, int number, int content)
    {
        var put = await s3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = Bucket,
                Key = Key(number),
                ContentType = "image/png",
                InputStream = new MemoryStream(Content(content)),
            },
            Stop);
        return put.ETag.Trim('"');
    }

    public static string Message(Guid photo) => $$"""{"photo_id": "{{photo}}"}""";

    /// <returns>The messages that are to come again.</returns>
    public Task<string> PublishAsync(params Guid[] photos) => Function.InvokeAsync(photos.Select(Message));

    /// <summary>All that waits for its time is due.</summary>
    public Task PassTimeAsync() => Database.ExecuteAsync("""
        update photos set cdn_due_at = now() where cdn_due_at is not null;
        update cdn_assets set due_at = now()
        """);

    /// <summary>Runs one sweep, and the function with all that is in its queue then.</summary>
    /// <returns>The counts of the sweep that are not 0, as <c>name=count</c>.</returns>
    public async Task<string> SweepAsync()
    {
        await PassTimeAsync();
        await using var sweep = await LoneSweepAsync();
        var done = LoneSweep.Counts(await sweep.InvokeAsync());
        while (await TakeAsync() is { Count: > 0 } bodies)
        {
            Assert.Equal("", await Function.InvokeAsync(bodies));
        }

        return done;
    }

    public Task<LoneSweep> LoneSweepAsync(params (string Name, string Value)[] changes) => LoneSweep.StartAsync(
        _cloud, Database.Worker, _cloud.Cloud.Cloud.AbsoluteUri,
        [
            ("AWS_ENDPOINT_URL_SQS", Queues.Url.AbsoluteUri), ("PHOTOLAMBDA_CDN_QUEUE_URL", Queues.Queue("cdn").Url),
            ("PHOTOLAMBDA_DETECTION_QUEUE_URL", Queues.Queue("jobs").Url),
            ("PHOTOLAMBDA_OBJECT_CREATED_QUEUE_URL", Queues.Queue("events").Url), .. changes,
        ]);

    /// <summary>Takes messages from the queue, up to ten.</summary>
    public async Task<IReadOnlyList<string>> TakeAsync()
    {
        var client = Queues.Client("cdn");
        var messages = await client.ReceiveAsync(waitSeconds: 0, cancellationToken: Stop);
        await Task.WhenAll(messages.Select(m => client.DeleteAsync(m.ReceiptHandle, Stop)));
        return [.. messages.Select(m => m.Body)];
    }

    /// <returns>How often each file at the CDN was uploaded: <c>1 1</c>.</returns>
    public async Task<string> UploadsAsync() =>
        string.Join(' ', (await FilesAsync()).Select(file => file.GetProperty("uploads").GetInt32()));

    public async Task<JsonElement[]> FilesAsync() =>
        [.. (await ImageKit.StateAsync()).GetProperty("files").EnumerateArray()];

    public async Task FailAsync(string faults)
    {
        var reply = await ImageKit.SendJsonAsync("POST", "faults", faults);
        Assert.True(reply.Status == 200, reply.Body);
    }

    public Task HealAsync() => FailAsync("{}");

    /// <returns>What the CDN serves for a photo.</returns>
    public async Task<byte[]> ServedAsync(Guid photo)
    {
        var url = Assert.Single(await Database.RowsAsync($"select cdn_url from photos where id = '{photo}'"));
        return await ImageKit.Http.GetByteArrayAsync(url, Stop);
    }

    /// <summary>As the API deletes the row of a photo.</summary>
    public Task DeleteAsync(params Guid[] photos) => Database.ExecuteAsync(
        $"delete from photos where id in ({string.Join(',', photos.Select(id => $"'{id}'"))})");

    public async ValueTask DisposeAsync()
    {
        await Function.DisposeAsync();
        await Queues.DisposeAsync();
        await ImageKit.DisposeAsync();
        await Database.DisposeAsync();
    }
}
