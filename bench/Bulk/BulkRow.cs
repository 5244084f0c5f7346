using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PhotoLambda.Bench;

/// <summary>A photo that every way of inserting gets alike: a key of its own, EXIF and a position.</summary>
/// <param name="IsPlain">Whether descriptors say no more than they must.</param>
internal sealed record BulkRow(
    Guid Id, string Key, string FileName, string ETag, byte[] Sha256, long Size, int Number, bool IsPlain)
{
    public const string Organization = "bench";
    public const string Bucket = "bench-originals";
    public const string User = "user-1";
    public const string Mime = "image/jpeg";

    public static readonly Guid Project = new("00000007-0000-4000-8000-000000000000");

    public string Sha256Text { get; } = Convert.ToHexStringLower(Sha256);

    public string Exif { get; } = $$"""
        {"camera_make":"Canon","camera_model":"EOS R5","lens_model":"RF24-70mm","iso":{{100 * (Number % 8 + 1)}},"f_number":2.8}
        """;

    public string Gps { get; } = string.Create(CultureInfo.InvariantCulture,
        $$"""{"latitude":{{Number % 80}}.25,"longitude":{{Number % 170}}.5}""");

    /// <param name="run">No two runs have the same photos.</param>
    public static BulkRow[] Make(int run, int count, bool isPlain = false)
    {
        var now = DateTimeOffset.UtcNow;
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var id = Guid.CreateVersion7(now.AddMilliseconds(i / 10));
            var content = Encoding.UTF8.GetBytes($"{run}/{i}/{id}");
            return new BulkRow(id, $"{Project}/2026/11/21/{id}.jpg", $"IMG_{i:D5}.jpg",
                Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16)), SHA256.HashData(content),
                3_000_000 + i, i, isPlain);
        })];
    }
}
