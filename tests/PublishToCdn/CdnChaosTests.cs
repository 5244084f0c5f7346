using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Amazon.S3;
using Npgsql;
using PhotoLambda.Local;
using PhotoLambda.Sqs;

namespace PhotoLambda.Tests;

/// <summary>Photos by the hundred, functions in processes of their own, and a CDN that fails at random.</summary>
public sealed class CdnChaosTests : IDisposable
{
    private const int Photos = 500;
    private const int Contents = 440;
    private const string Bucket = "photolambda-originals-000000000000";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _folder = TemporaryFolder.New();
    private readonly HttpClient _http = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cdn_that_fails_at_random_has_each_content_once_in_the_end()
    {
        var seed = Environment.TickCount & 0xFFFF;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var options = new LocalCloudOptions(
            Path.Combine(Repository.Root, "template.yaml"), Path.Combine(_folder, "data"))
        {
            Port = 0,
            CloudPort = 0,
            // Nobody starts these: rows and objects come by themselves.
            Attached = ["UploadUrlFunction", "OnObjectCreatedFunction", "BulkIngestFunction"],
        };
        await using var cloud = await LocalCloud.StartAsync(options, _ => { }, Stop);
        await using var owner = NpgsqlDataSource.Create(cloud.Database.Owner);
        await AddAsync(cloud, owner);
        await PostAsync(cloud, "imagekit/faults", $$"""{"seed": {{seed}}, "share": 0.2, "kind": "status"}""");
        var clock = Stopwatch.StartNew();

        await SweepAsync(cloud, owner);
        await UntilAsync(async () => await MessagesAsync(cloud) == 0);

        TestContext.Current.TestOutputHelper?.WriteLine($"published in {clock.Elapsed.TotalSeconds:0.0} s");
        var published = await FilesAsync(cloud);
        Assert.InRange(published.Length, Contents - 20, Contents);
        Assert.All(published, uploads => Assert.Equal(1, uploads));
        await AssertServedAsync(cloud, owner);

        await PostAsync(cloud, "imagekit/faults", "{}");
        await SweepAsync(cloud, owner);
        await UntilAsync(async () => await CountAsync(owner, "cdn_url is null") == 0);

        var all = await FilesAsync(cloud);
        Assert.Equal(Contents, all.Length);
        Assert.All(all, uploads => Assert.Equal(1, uploads));
        await AssertServedAsync(cloud, owner);
    }

    public void Dispose()
    {
        _http.Dispose();
        TemporaryFolder.Delete(_folder);
    }

    private static byte[] Content(int photo) =>
        [.. ImageKitServer.Png, .. Encoding.ASCII.GetBytes($"{photo % Contents:000}")];

    private static async Task AddAsync(LocalCloud cloud, NpgsqlDataSource owner)
    {
        using var s3 = S3(cloud);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Photos), Stop,
            async (n, token) => await s3.PutObjectAsync(
                new Amazon.S3.Model.PutObjectRequest
                {
                    BucketName = Bucket,
                    Key = $"{n}.png",
                    InputStream = new MemoryStream(Content(n)),
                },
                token));
#pragma warning disable CA5351 // What the store has for an ETag.
        var eTags = Enumerable.Range(0, Photos).Select(n => Convert.ToHexStringLower(MD5.HashData(Content(n))));
#pragma warning restore CA5351
        await ExecuteAsync(owner, $"""
            insert into organizations (id) values ('o');
            insert into projects (id, organization_id, name, publish_to_cdn)
            values (gen_random_uuid(), 'o', 'x', true);
            insert into photos (id, organization_id, project_id, file_name, s3_bucket, s3_key_original, status,
              declared_content_type, content_type, file_size_bytes, etag, uploaded_at, processing_at, cdn_due_at)
            select gen_random_uuid(), 'o', r.id, g.n - 1, '{Bucket}', g.n - 1 || '.png', 'completed', 'image/png',
              'image/png', {Content(0).Length}, g.etag, now(), now(), now()
            from projects r, unnest(array[{string.Join(',', eTags.Select(e => $"'{e}'"))}])
              with ordinality as g (etag, n)
            """);
    }

    /// <summary>All that waits for its time is due now, and the sweep asks for it.</summary>
    private async Task SweepAsync(LocalCloud cloud, NpgsqlDataSource owner)
    {
        await ExecuteAsync(owner, """
            update photos set cdn_due_at = now() where cdn_due_at is not null;
            update cdn_assets set due_at = now()
            """);
        await PostAsync(cloud, "schedules/SweepFunction", "");
        await UntilAsync(async () => await CountAsync(owner, "cdn_due_at <= now()") == 0);
        await UntilAsync(async () => await CountAsync(owner, "id in (select photo_id from outbox)") == 0);
    }

    /// <summary>Asserts that the CDN, or else the origin, gives each photo's bytes.</summary>
    private async Task AssertServedAsync(LocalCloud cloud, NpgsqlDataSource owner)
    {
        var urls = new Dictionary<int, string>();
        using var s3 = S3(cloud);
        await using var command = owner.CreateCommand("select file_name, cdn_url from photos");
        await using (var row = await command.ExecuteReaderAsync(Stop))
        {
            while (await row.ReadAsync(Stop))
            {
                var photo = int.Parse(row.GetString(0), System.Globalization.CultureInfo.InvariantCulture);
                urls[photo] = row.IsDBNull(1)
                    ? await s3.GetPreSignedURLAsync(new()
                    {
                        BucketName = Bucket,
                        Key = $"{photo}.png",
                        Expires = DateTime.UtcNow.AddMinutes(5),
                        Protocol = Protocol.HTTP,
                    })
                    : row.GetString(1);
            }
        }

        Assert.Equal(Photos, urls.Count);
        await Parallel.ForEachAsync(urls, Stop, async (photo, token) =>
            Assert.Equal(Content(photo.Key), await _http.GetByteArrayAsync(photo.Value, token)));
    }

    /// <returns>Of each file at the CDN, how often it was uploaded.</returns>
    private async Task<int[]> FilesAsync(LocalCloud cloud)
    {
        using var state = JsonDocument.Parse(
            await _http.GetStringAsync(new Uri(cloud.Api, "/_local/imagekit/state"), Stop));
        var files = state.RootElement.GetProperty("files").EnumerateArray();
        return [.. files.Select(f => f.GetProperty("uploads").GetInt32())];
    }

    private async Task PostAsync(LocalCloud cloud, string path, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(new Uri(cloud.Api, $"/_local/{path}"), body, Stop);
        answer.EnsureSuccessStatusCode();
    }

    /// <returns>Messages that wait for the function, or that it has.</returns>
    private async Task<int> MessagesAsync(LocalCloud cloud)
    {
        var variables = new Dictionary<string, string?>(cloud.EnvironmentOf("SweepFunction"))
        {
            // The function itself may only send.
            ["AWS_ACCESS_KEY_ID"] = CloudIdentity.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = CloudIdentity.SecretAccessKey,
        };
        var aws = Aws.AwsEnvironment.Read(name => variables.GetValueOrDefault(name));
        var queue = new QueueClient(_http, aws, variables["PHOTOLAMBDA_CDN_QUEUE_URL"]!);
        var attributes = await queue.AttributesAsync(Stop);
        return attributes.Where(a => a.Key.StartsWith("ApproximateNumber", StringComparison.Ordinal))
            .Sum(a => int.Parse(a.Value, System.Globalization.CultureInfo.InvariantCulture));
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var clock = Stopwatch.StartNew(); !await condition(); await Task.Delay(20, Stop))
        {
            Assert.True(clock.Elapsed < Patience);
        }
    }

    private static async Task<long> CountAsync(NpgsqlDataSource owner, string where)
    {
        await using var command = owner.CreateCommand($"select count(*) from photos where {where}");
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource owner, string sql)
    {
        await using var command = owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Stop);
    }

    private static AmazonS3Client S3(LocalCloud cloud) => new(
        CloudIdentity.AccessKeyId, CloudIdentity.SecretAccessKey, new AmazonS3Config
        {
            ServiceURL = cloud.Cloud.AbsoluteUri,
            AuthenticationRegion = CloudIdentity.Region,
            ForcePathStyle = true,
        });
}
