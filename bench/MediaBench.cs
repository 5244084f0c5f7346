using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using PhotoLambda.Aws;
using PhotoLambda.Local;
using PhotoLambda.S3;

namespace PhotoLambda.Bench;

/// <summary>What large and many uploads to the media store's buckets cost, beside the AWS command line.</summary>
internal static class MediaBench
{
    private const long LargeBytes = 300_000_000;
    private const double Megabytes = 80;
    private const int Files = 200;
    private const int FileBytes = 200_000;
    private const int Rounds = 7;
    private const double Ratio = 1.3;

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        await using var cloud = await LocalCloudProcess.StartAsync(folder.Below("data"), cancellation);
        var store = await StoreAsync(cloud.Api, cancellation);
        var process = new MediaProcess(store);

        var large = await process.RunOursAsync("large", Text(LargeBytes, "0"), cancellation);
        var files = WriteFiles(folder.Below("files"));
        var aws = await MediaProcess.FindAwsAsync(cancellation);
        var (ours, alone, theirs) = (new Samples(), new Samples(), new Samples());
        for (var round = 0; round <= Rounds; round++)
        {
            var run = await process.RunOursAsync($"ours-{round}", files, cancellation);
            var peer = aws is null ? 0 : await process.RunAwsAsync(aws, files, $"aws-{round}", cancellation);
            if (round > 0)
            {
                // The first round warms the caches of the machine and of the store.
                ours.Add(run.Process);
                alone.Add(run.Uploads);
                theirs.Add(peer);
            }
        }

        var large300 = string.Create(
            CultureInfo.InvariantCulture, $"{LargeBytes / 1_000_000} MB from a stream that cannot seek, in parts");
        var small = string.Create(CultureInfo.InvariantCulture, $"{Files} files of {FileBytes / 1000} KB");
        return new Report(
            "Uploads to the store, processes of their own",
            ["", "result", "goal"],
            [
                [$"{large300}: most memory (VmHWM), MB", Text(large.Most), Goal.AtMost(Megabytes, "80 MB", large.Most)],
                ["the same process before the upload (VmRSS), MB", Text(large.Before), ""],
                ["the upload, MB/s", Text(LargeBytes / 1e6 / large.Uploads), ""],
                [$"{small}: the process, s", Text(ours.Median, "0.00"), ""],
                ["of it the uploads, s", Text(alone.Median, "0.00"), ""],
                ["`aws s3 cp --recursive` of the same, s", aws is null ? "no `aws`" : Text(theirs.Median, "0.00"), ""],
                [
                    "our time ÷ theirs",
                    aws is null ? $"needs: {Python.Install("awscli")}" : Text(ours.Median / theirs.Median, "0.00"),
                    aws is null ? "" : Goal.AtMost(Ratio, "1.3", ours.Median / theirs.Median),
                ],
            ],
            $"medians of {Rounds} runs of each by turns after one to warm up, {MediaUploads.AtOnce} uploads at a time "
            + "in both; the local store is a process on the same machine; 1 MB = 1,000,000 bytes");
    }

    private static async Task<Uri> StoreAsync(Uri api, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = api };
        var state = await http.GetFromJsonAsync<JsonElement>("/_local/state", cancellation);
        var queue = new Uri(state.GetProperty("queues")[0].GetProperty("url").GetString()!);
        var store = new Uri(queue, "/");
        var credentials = new AwsCredentials(CloudIdentity.AccessKeyId, CloudIdentity.SecretAccessKey);
        var bucket = new BucketClient(
            http, new AwsEnvironment(CloudIdentity.Region, credentials, S3Override: store), MediaUploads.Bucket);
        using var made = await bucket.SendAsync(
            HttpMethod.Put, "", [], null, default, DateTimeOffset.MaxValue, cancellation);
        made.EnsureSuccessStatusCode();
        return store;
    }

    private static string WriteFiles(string folder)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(1);
        var bytes = new byte[FileBytes];
        for (var i = 0; i < Files; i++)
        {
            random.NextBytes(bytes);
            var name = string.Create(CultureInfo.InvariantCulture, $"{i:000}.jpg");
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        }

        return folder;
    }

    private static string Text(double value, string format = "0.0") =>
        value.ToString(format, CultureInfo.InvariantCulture);
}
