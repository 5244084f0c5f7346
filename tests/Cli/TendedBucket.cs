using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PhotoLambda.Aws;
using PhotoLambda.Local;
using PhotoLambda.S3;

namespace PhotoLambda.Tests;

/// <summary>
/// A bucket of the test's own, without notifications, with rows of an organization of its own, and an administrator
/// who tends them from the command line.
/// </summary>
internal sealed class TendedBucket : IDisposable
{
    private const string LongAgo = "now() - interval '2 hours'";

    private readonly CloudFixture _cloud;
    private readonly string _folder = TemporaryFolder.New();

    private TendedBucket(CloudFixture cloud, string organization, Guid project)
    {
        (_cloud, Organization, Project) = (cloud, organization, project);
        Name = cloud.NewBucket();
        Environment = new Dictionary<string, string?>
        {
            ["PHOTOLAMBDA_DATABASE_URL"] = cloud.Cloud.Database.OwnerUrl,
            ["PHOTOLAMBDA_OBJECT_CREATED_QUEUE_URL"] = cloud.Cloud.Stack.Outputs["ObjectCreatedQueueUrl"],
            ["AWS_ENDPOINT_URL"] = cloud.Cloud.Cloud.AbsoluteUri,
            ["AWS_REGION"] = CloudIdentity.Region,
            ["AWS_ACCESS_KEY_ID"] = CloudIdentity.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = CloudIdentity.SecretAccessKey,
        };
    }

    public string Name { get; }

    public string Organization { get; }

    public Guid Project { get; }

    public Dictionary<string, string?> Environment { get; }

    public string Plan => Path.Combine(_folder, "plan.jsonl");

    /// <summary>One pixel, and a comment that makes it one of its kind.</summary>
    public static byte[] Photo(string comment = "")
    {
        var text = Encoding.UTF8.GetBytes(comment);
        return
        [
            0xff, 0xd8, 0xff, 0xfe, (byte)((text.Length + 2) >> 8), (byte)(text.Length + 2), .. text,
            0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0, 0, 0xff, 0xd9,
        ];
    }

#pragma warning disable CA5351 // The ETag of an object in a single part is its MD5.
    public static string ETag(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351

    public static async Task<TendedBucket> NewAsync(CloudFixture cloud)
    {
        using var client = await cloud.NewOrganizationAsync();
        return new TendedBucket(cloud, client.Organization, Guid.Parse(await client.NewProjectAsync()));
    }

    /// <summary>Not by the SDK, which puts "a/../b" elsewhere.</summary>
    public async Task PutAsync(params IEnumerable<string> keys)
    {
        using var http = new HttpClient();
        var store = new BucketClient(http, AwsEnvironment.Read(Environment.GetValueOrDefault), Name);
        await Parallel.ForEachAsync(keys, async (key, token) =>
        {
            using var put = await store.SendAsync(HttpMethod.Put, key, [], request =>
                request.Content!.Headers.TryAddWithoutValidation("Content-Type", "image/jpeg"),
                Photo(key), DateTimeOffset.MaxValue, token);
            Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync(token));
        });
    }

    /// <returns>The upload's id.</returns>
    public async Task<string> BeginUploadAsync(string key)
    {
        using var s3 = _cloud.S3();
        return (await s3.InitiateMultipartUploadAsync(Name, key)).UploadId;
    }

    public async Task<int> UploadsAsync()
    {
        using var s3 = _cloud.S3();
        var uploads = await s3.ListMultipartUploadsAsync(Name);
        return uploads.MultipartUploads?.Count ?? 0;
    }

    /// <summary>A row that was last changed two hours ago.</summary>
    public async Task<Guid> AddRowAsync(
        string key, string status, string? etag = null, string? failedBy = null, string? uploadId = null)
    {
        var id = Guid.CreateVersion7();
        await _cloud.RowAsync($"""
            insert into photos (id, organization_id, project_id, file_name, s3_bucket, s3_key_original, status, etag,
              failed_by, s3_upload_id, declared_content_type, declared_size_bytes, extractor_version, updated_at)
            values ($1, $2, $3, 'photo.jpg', $4, $5, $6, nullif($7, ''), nullif($8, ''), nullif($9, ''), 'image/jpeg',
              $10, case when $7 <> '' then 0 end, {LongAgo})
            """, id, Organization, Project, Name, key, status, etag ?? "", failedBy ?? "", uploadId ?? "",
            (long)Photo(key).Length);
        return id;
    }

    /// <summary>Rows of objects that were taken in long ago.</summary>
    public async Task AddTakenInAsync(string[] keys) => await _cloud.RowAsync($"""
        insert into photos (id, organization_id, project_id, file_name, s3_bucket, s3_key_original, status, etag,
          declared_content_type, declared_size_bytes, updated_at)
        select gen_random_uuid(), $1, $2, 'photo.jpg', $3, key, 'completed', etag, 'image/jpeg', 1, {LongAgo}
        from unnest($4::text[], $5::text[]) as k (key, etag)
        """, Organization, Project, Name, keys, keys.Select(k => ETag(Photo(k))).ToArray());

    public Task AddDeletionAsync(Guid photo, string key, bool isFinished) => _cloud.RowAsync($"""
        insert into deletions (photo_id, organization_id, s3_bucket, s3_keys, due_at, finished_at)
        values ($1, $2, $3, array[$4], now() + interval '1 day', {(isFinished ? "now()" : "null")})
        """, photo, Organization, Name, key);

    /// <returns>Of a photo; of all of the project when null.</returns>
    public async Task<string> StatusAsync(Guid? photo = null) => string.Join(' ', await _cloud.RowAsync(
        "select string_agg(distinct status, ',') from photos where project_id = $1 and ($2 = '' or id::text = $2)",
        Project, photo?.ToString() ?? ""));

    public async Task UntilAsync(string sql, params object[] parameters)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await _cloud.RowAsync(sql, parameters) is not [true])
        {
            await Task.Delay(20, limit.Token);
        }
    }

    public Task<(int Exit, string Output)> RunAsync(params string[] arguments) =>
        CommandLine.RunInAsync(Environment, arguments);

    /// <summary>Makes a plan of all of the bucket.</summary>
    public Task<(int Exit, string Output)> PlanAsync(params string[] more) =>
        RunAsync(["reconcile", "--bucket", Name, "--plan", Plan, "--older-than", "0s", .. more]);

    public Task<(int Exit, string Output)> ApplyAsync(params string[] more) =>
        RunAsync(["reconcile", "--apply", Plan, .. more]);

    /// <returns>Action, reason and key of each line.</returns>
    public string[] PlannedLines() =>
        [.. File.ReadLines(Plan).Skip(1).SkipLast(1).Select(line =>
        {
            var difference = System.Text.Json.JsonDocument.Parse(line).RootElement;
            string Value(string name) => difference.GetProperty(name).GetString()!;
            return string.Create(
                CultureInfo.InvariantCulture, $"{Value("action")} {Value("reason")} {Value("key")}");
        }).Order(StringComparer.Ordinal)];

    public void Dispose() => TemporaryFolder.Delete(_folder);
}
