using System.Buffers;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using PhotoLambda.Aws;

namespace PhotoLambda.Bench;

/// <summary>Tickets that one thread presigns: the PUT of one key with four signed headers, for 15 minutes.</summary>
internal static class PresignBench
{
    private const string Bucket = "bench-originals";
    private const string Region = "eu-central-1";
    private const string AccessKeyId = "AKIDEXAMPLE";
    private const string Secret = "bench-secret";
    private const string Key = "0190d6a2-0c00-7000-8000-000000000001/2026/03/04/0190d6a2-0c00-7000-8000-00000000000a.jpg";
    private const string Checksum = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    private const double PerSecond = 300_000;
    private const int WarmUpRounds = 5;
    private const int Rounds = 15;
    private const int RoundsOfPython = 5;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private static readonly KeyValuePair<string, string>[] Headers =
    [
        new("content-length", "2048"), new("content-type", "image/jpeg"), new("if-none-match", "*"),
        new("x-amz-checksum-sha256", Checksum),
    ];

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        var presigner = new Lazy<Presigner>(() => new Presigner(
            new AwsEnvironment(Region, new AwsCredentials(AccessKeyId, Secret, null)), Bucket, TimeProvider.System));
        var sdk = new Lazy<AmazonS3Client>(() => new AmazonS3Client(
            new BasicAWSCredentials(AccessKeyId, Secret), RegionEndpoint.GetBySystemName(Region)));
        var buffer = new ArrayBufferWriter<byte>(4096);
        var text = new PresignPeer("ours, as a string", () => presigner.Value.Presign(Request()));
        var bytes = new PresignPeer("ours, into a buffer", () =>
        {
            buffer.ResetWrittenCount();
            presigner.Value.Presign(Request(), buffer);
        });
        var theirs = new PresignPeer("AWSSDK.S3 GetPreSignedURL", () => sdk.Value.GetPreSignedURL(SdkRequest()));
        var botocore = new BotocorePresigns(Bucket, Region, Key, Checksum);
        for (var round = -WarmUpRounds; round < Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            new List<PresignPeer> { text, bytes, theirs }.ForEach(peer => peer.Measure(Turn, isCounted: round >= 0));
            if (round >= 0 && round % RoundsOfPython == 0)
            {
                await botocore.MeasureAsync(cancellation);
            }
        }

        return new Report(
            "Presigned PUTs on one thread",
            ["", "per second of CPU", "bytes allocated each", "first call, ms", "goal"],
            [
                text.Row(Goal.AtLeast(PerSecond, "300,000", text.PerSecond.Median)),
                bytes.Row(Goal.AtLeast(PerSecond, "300,000", bytes.PerSecond.Median)),
                theirs.Row(),
                .. botocore.Rows(),
            ],
            $"Medians of {Rounds} turns of {Turn.TotalMilliseconds:0} ms each in alternation; the URL has "
            + $"{presigner.Value.Presign(Request()).Length} characters, as a string two bytes each; the first call "
            + "makes what it needs and loads its code, which the second row has from the first");
    }

    private static PresignRequest Request() => new("PUT", Key, Lifetime)
    {
        Headers = Headers,
    };

    private static GetPreSignedUrlRequest SdkRequest()
    {
        var request = new GetPreSignedUrlRequest
        {
            BucketName = Bucket,
            Key = Key,
            Verb = HttpVerb.PUT,
            Expires = DateTime.UtcNow + Lifetime,
            ContentType = "image/jpeg",
        };
        request.Headers["Content-Length"] = "2048";
        request.Headers["If-None-Match"] = "*";
        request.Headers["x-amz-checksum-sha256"] = Checksum;
        return request;
    }
}
