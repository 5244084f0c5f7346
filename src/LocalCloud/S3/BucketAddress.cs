using System.Text;
using System.Text.RegularExpressions;

namespace PhotoLambda.Local.S3;

/// <summary>Which bucket and key a request names, and which names are allowed.</summary>
internal static partial class BucketAddress
{
    private const int MaximumKeyBytes = 1024;

    /// <summary>
    /// Path style (<c>/bucket/key</c>) for any host, virtual-host style for <c>bucket.localhost</c>,
    /// <c>bucket.s3.localhost</c> and <c>bucket.s3.{region}.localhost</c>.
    /// </summary>
    /// <returns>Nulls where the request names neither.</returns>
    public static (string? Bucket, string? Key) Resolve(string host, string path)
    {
        var bucket = VirtualHost().Match(host).Groups["bucket"].Value;
        var rest = path.Length > 0 ? path[1..] : "";
        if (bucket.Length == 0)
        {
            var slash = rest.IndexOf('/', StringComparison.Ordinal);
            (bucket, rest) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
        }

        return (bucket.Length == 0 ? null : bucket, rest.Length == 0 ? null : rest);
    }

    /// <summary>AmazonS3/latest/userguide/bucketnamingrules.html.</summary>
    public static bool IsValidBucketName(string name) =>
        BucketName().IsMatch(name)
        && !name.Contains("..", StringComparison.Ordinal)
        && !IpAddress().IsMatch(name)
        && !name.StartsWith("xn--", StringComparison.Ordinal)
        && !name.EndsWith("-s3alias", StringComparison.Ordinal);

    /// <exception cref="S3Exception">The key is longer than 1,024 bytes of UTF-8.</exception>
    public static void CheckKey(string key)
    {
        var size = Encoding.UTF8.GetByteCount(key);
        if (size > MaximumKeyBytes)
        {
            throw new S3Exception(400, "KeyTooLongError", "Your key is too long",
                ("Size", $"{size}"), ("MaxSizeAllowed", $"{MaximumKeyBytes}"));
        }
    }

    [GeneratedRegex(@"^(?!s3\.)(?<bucket>.+?)(\.s3([.-][a-z]{2}-[a-z]+-\d)?)?\.localhost$")]
    private static partial Regex VirtualHost();

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    private static partial Regex BucketName();

    [GeneratedRegex(@"^\d+\.\d+\.\d+\.\d+$")]
    private static partial Regex IpAddress();
}
