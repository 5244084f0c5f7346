using System.Diagnostics;
using System.Text.Json;
using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

/// <summary>Every shared file against exiftool: size, turning, camera, capture time and position.</summary>
public class ExiftoolPhotoTests
{
    private const string Size = "width height";
    private const string Checksum = "we: IHDR fails its checksum, so its numbers are not to be believed";

    private static readonly string[] Folders = ["jpg", "png", "gif", "webp", "heic", "avif", "fuzzing"];

    /// <summary>File, fields, and who is right for which reason.</summary>
    private static readonly (string File, string Fields, string Reason)[] Deviations =
    [
        ("beach.jpg", "height", "we: a frame height of 0 means 'told later': unknown, not zero"),
        ("Issue 308.jpg", "latitude longitude", "we: 0, 0 is no position but a receiver without a fix"),
        ("21ad703b38e2c350215bb92a849486f3.jpg", Size, "we: after FF D8 no marker follows: this is no JPEG"),
        ("817f96555e2d683e7b12f778c4e38022.png", Size, Checksum),
        ("m1-559dcf17d281e285b7f09f943b9706de.png", Size, Checksum),
        ("m2-1f97f040d0b6b26faeb0a1a7f1499590.png", Size, Checksum),
        ("m2-8f2b481b7fd9bd745e620b7c01a18df2.png", Size, Checksum),
        ("m8-a46ce91d8975a017917156b8824f936e.png", Size, Checksum),
    ];

    [Fact]
    public async Task Every_field_of_every_image_agrees_with_exiftool()
    {
        var photos = RealPhotos(Folders);
        var theirs = await Exiftool.ReadAsync(Repository.Photos!);
        var comparison = new ExiftoolComparison(IsMeant);
        foreach (var path in photos)
        {
            var metadata = ReadWhole(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
            // Of the fuzzed files all but one are films and sounds: what is no picture here has no size to compare.
            if (!path.EndsWith(".fuzzed", StringComparison.Ordinal) || IsImage(metadata.Type))
            {
                var tags = theirs.GetValueOrDefault(Path.GetFullPath(path));
                comparison.Add(path, metadata, tags);
                AssertSameRotation(path, metadata, tags);
            }
        }

        comparison.AssertNoDifference();
        Assert.True(comparison.Files > 120, $"only {comparison.Files} files");
        Assert.True(comparison.Fields > 400, $"only {comparison.Fields} fields");
    }

    private static bool IsMeant(string path, string field) =>
        Deviations.Any(d => d.File == Path.GetFileName(path) && d.Fields.Split(' ').Contains(field));

    private static bool IsImage(MediaType type) => type.Mime()?.StartsWith("image/", StringComparison.Ordinal) == true;

    /// <summary>exiftool tells irot as it is stored: degrees anticlockwise.</summary>
    private static void AssertSameRotation(string path, MediaMetadata metadata, JsonElement theirs)
    {
        if (theirs.ValueKind != JsonValueKind.Undefined && theirs.TryGetProperty("QuickTime:Rotation", out var degrees))
        {
            var orientation = degrees.GetInt32() switch { 0 => 1, 90 => 8, 180 => 3, 270 => 6, _ => 0 };
            Assert.True(metadata.Orientation == orientation, path);
        }
    }

    [Fact]
    public void No_file_takes_50_milliseconds_or_much_memory()
    {
        var slowest = 0.0;
        foreach (var path in RealPhotos(Folders))
        {
            var file = File.ReadAllBytes(path);
            ReadWhole(file);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var best = Enumerable.Range(0, 3).Min(_ =>
            {
                var start = Stopwatch.GetTimestamp();
                ReadWhole(file);
                return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            });

            slowest = Math.Max(slowest, best);
            Assert.True(best < 50, $"{path}: {best} ms");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 3 * 128 * 1024, path);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{slowest:0.000} ms at most");
    }
}
