using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using PhotoLambda.Aws;

namespace PhotoLambda.Tests;

/// <summary>A request to presign, as any signer may be told it.</summary>
/// <param name="Time">Unix time in seconds.</param>
/// <param name="Lifetime">Seconds.</param>
internal sealed record PresignCase(
    string Method,
    string Key,
    long Time,
    long Lifetime,
    SortedDictionary<string, string> Query,
    SortedDictionary<string, string> Headers)
{
    private static readonly string[] Letters =
        [" ", "+", "%", "~", "/", "//", "..", "/../", ".", "a", "Z", "0", "-", "_", "ä", "ж", "日", "𝔞", "📷", "=", "&",
         "?", "#", ":", ";", "@", "'", "\"", "(", ")", "*", "!", "$", ",", "[", "]", "\\", "^", "{", "|", "}", "<",
         "`"];

    private static readonly string[] Types = ["image/jpeg", "image/png", "audio/wav", "text/plain; charset=utf-8"];

    public static PresignCase Random(Random random, params string[] methods)
    {
        var method = methods[random.Next(methods.Length)];
        return new PresignCase(
            method,
            // Clients disagree about a slash at the beginning; here none has one.
            "k" + Text(random, random.Next(20) == 0 ? 250 : random.Next(1, 30)),
            DateTimeOffset.UnixEpoch.AddYears(45).ToUnixTimeSeconds() + random.NextInt64(40L * 365 * 86400),
            random.Next(1, 7 * 86400 + 1),
            RandomQuery(random, method),
            RandomHeaders(random, method));
    }

    /// <summary>Ours, at the case's time and for its lifetime.</summary>
    public string Presign(AwsEnvironment aws, string bucket, long time, long lifetime)
    {
        var clock = new StoppedTime(DateTimeOffset.FromUnixTimeSeconds(time));
        return new Presigner(aws, bucket, clock).Presign(
            new PresignRequest(Method, Key, TimeSpan.FromSeconds(lifetime))
            {
                Query = Query.ToArray(),
                Headers = Headers.ToArray(),
            });
    }

    private static string Text(Random random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => Letters[random.Next(Letters.Length)]));

    // Such as S3 makes: AWSSDK.S3 signs any other, but does not encode it in the URL.
    private static string Id(Random random) => $"{random.NextInt64():x}._-{random.Next()}";

    private static SortedDictionary<string, string> RandomQuery(Random random, string method)
    {
        var query = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (method is "PUT" or "DELETE" or "POST" && random.Next(2) == 0)
        {
            query["uploadId"] = Id(random);
        }
        else if (method is "POST")
        {
            query["uploads"] = "";
        }

        if (method is "PUT" && query.Count > 0)
        {
            query["partNumber"] = random.Next(1, 10_001).ToString(CultureInfo.InvariantCulture);
        }

        if (method is "GET" or "HEAD" or "DELETE" && query.Count == 0 && random.Next(3) == 0)
        {
            query["versionId"] = Id(random);
        }

        if (method is "GET" && random.Next(2) == 0)
        {
            query["response-content-type"] = Types[random.Next(Types.Length)];
            query["response-content-disposition"] = $"attachment; filename=\"{Text(random, 8)}\"";
        }

        return query;
    }

    private static SortedDictionary<string, string> RandomHeaders(Random random, string method)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal);
        void Maybe(string name, Func<string> value)
        {
            if (random.Next(2) == 0)
            {
                headers[name] = value();
            }
        }

        if (method is "PUT")
        {
            Maybe("content-length", () => random.Next(1024, 50 << 20).ToString(CultureInfo.InvariantCulture));
            Maybe("content-type", () => Types[random.Next(Types.Length)]);
            Maybe("if-none-match", () => "*");
            Maybe("x-amz-checksum-sha256", () => Convert.ToBase64String(
                SHA256.HashData(Encoding.UTF8.GetBytes(random.Next().ToString(CultureInfo.InvariantCulture)))));
            Maybe("x-amz-meta-session", () => $" a{new string(' ', random.Next(4))}b{random.Next()} ");
            Maybe("x-amz-meta-camera", () => "Canon (EOS)/5+D%");
        }

        return headers;
    }
}

/// <summary>One in whose name requests are presigned, and where its bucket stands.</summary>
internal sealed record PresignAccount(string Region, string? SessionToken, bool IsPathStyle)
{
    public const string Bucket = "photo-originals";
    private const string Secret = "secret/with+signs";

    public string AccessKeyId { get; } = "AKIDEXAMPLE";

    public string SecretAccessKey { get; } = Secret;

    public string Endpoint => IsPathStyle ? "http://127.0.0.1:4566" : $"https://s3.{Region}.amazonaws.com";

    [JsonIgnore]
    public AwsEnvironment Environment => new(
        Region,
        new AwsCredentials(AccessKeyId, SecretAccessKey, SessionToken),
        IsPathStyle ? new Uri(Endpoint) : null);

    public static IReadOnlyList<PresignAccount> All { get; } =
    [
        .. from region in new[] { "eu-central-1", "ap-southeast-2" }
           from token in new[] { null, "FwoGZXIvYXdzE//+token==" }
           from isPathStyle in new[] { false, true }
           select new PresignAccount(region, token, isPathStyle),
    ];
}

internal sealed class StoppedTime(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
