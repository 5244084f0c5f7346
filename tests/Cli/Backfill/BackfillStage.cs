using System.Text.RegularExpressions;

namespace PhotoLambda.Tests;

/// <summary>A bucket with objects that nobody has registered, and the queue of descriptors with its function.</summary>
internal sealed partial class BackfillStage(CloudFixture cloud, TendedBucket bucket) : IDisposable
{
    public TendedBucket Bucket => bucket;

    public Dictionary<string, string?> Environment => bucket.Environment;

    public string[] Owner => ["--organization", bucket.Organization, "--project", $"{bucket.Project}"];

    public static async Task<BackfillStage> NewAsync(CloudFixture cloud, params IEnumerable<string> keys)
    {
        var bucket = await TendedBucket.NewAsync(cloud);
        bucket.Environment["PHOTOLAMBDA_BULK_QUEUE_URL"] = cloud.Cloud.Stack.Outputs["BulkIngestQueueUrl"];
        await bucket.PutAsync(keys);
        return new BackfillStage(cloud, bucket);
    }

    /// <summary>Registers what is below a prefix.</summary>
    public Task<(int Exit, string Output)> BackfillAsync(string prefix, params string[] more) =>
        RunAsync(["backfill", $"s3://{bucket.Name}/{prefix}", .. Owner, .. more]);

    public Task<(int Exit, string Output)> RunAsync(params string[] arguments) => bucket.RunAsync(arguments);

    public static string BatchOf(string output) => Batch().Match(output).Groups[1].Value;

    public async Task<long> PhotosAsync() => (long)(await cloud.RowAsync(
        "select count(*) from photos where s3_bucket = $1 and project_id = $2", bucket.Name, bucket.Project))[0]!;

    public Task AcceptAsync(params string[] types) => cloud.RowAsync(
        "update projects set allowed_types = $1 where id = $2", types, bucket.Project);

    public void Dispose() => bucket.Dispose();

    [GeneratedRegex("Batch ([0-9a-f-]{36}): ")]
    private static partial Regex Batch();
}
