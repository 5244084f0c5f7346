using PhotoLambda.Metadata;
using PhotoLambda.Metadata.Scrubbing;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

/// <summary>A scrubbed copy has nothing of a position and all of the rest; ExifTool is the judge.</summary>
public class GpsScrubTests
{
    [Fact]
    public async Task Positions_are_taken_out_and_nothing_else()
    {
        var folder = TemporaryFolder.New();
        var files = await WriteAsync(folder, Samples());
        await PositionFinder.LocateAsync(folder, files);
        var before = await PositionFinder.PositionsAsync(folder);
        Assert.All(files, f => Assert.Contains("GPSLatitude", before[f]));
        Assert.All(files.Where(f => !f.EndsWith(".tif")), f => Assert.Contains("XMP-exif:GPSLongitude", before[f]));
        var others = await OthersAsync(folder, files);

        foreach (var file in files)
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(folder, file), TestContext.Current.CancellationToken);
            var length = bytes.Length;
            Assert.Equal((file, ScrubOutcome.Scrubbed), (file, Scrub(bytes)));
            Assert.Equal(length, bytes.Length);
            Assert.Equal((file, ScrubOutcome.Clean), (file, Scrub(bytes)));
            await File.WriteAllBytesAsync(Path.Combine(folder, file), bytes, TestContext.Current.CancellationToken);
        }

        Assert.Equal(files.ToDictionary(f => f, _ => ""), await PositionFinder.PositionsAsync(folder));
        Assert.Equal(others, await OthersAsync(folder, files));
        TemporaryFolder.Delete(folder);
    }

    [Fact]
    public async Task No_real_photo_keeps_a_position()
    {
        var folder = TemporaryFolder.New();
        var (scrubbed, clean, unknown) = (0, 0, 0);
        var photos = RealPhotos("jpg", "png", "webp", "heic", "avif", "gif");
        for (var i = 0; i < photos.Length; i++)
        {
            var bytes = await File.ReadAllBytesAsync(photos[i], TestContext.Current.CancellationToken);
            var outcome = Scrub(bytes);
            (scrubbed, clean, unknown) = outcome switch
            {
                ScrubOutcome.Scrubbed => (scrubbed + 1, clean, unknown),
                ScrubOutcome.Clean => (scrubbed, clean + 1, unknown),
                _ => (scrubbed, clean, unknown + 1),
            };
            if (outcome != ScrubOutcome.Unknown)
            {
                var name = $"{i}{Path.GetExtension(photos[i])}";
                await File.WriteAllBytesAsync(Path.Combine(folder, name), bytes, TestContext.Current.CancellationToken);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{scrubbed} scrubbed, {clean} clean, {unknown} unknown");
        var left = (await PositionFinder.PositionsAsync(folder)).Where(f => f.Value.Length > 0)
            .Select(f => $"{photos[int.Parse(Path.GetFileNameWithoutExtension(f.Key))]}: {f.Value}");
        Assert.Empty(left);
        Assert.True(scrubbed > 30 && unknown * 5 < photos.Length, $"{scrubbed}, {unknown} of {photos.Length}");
        TemporaryFolder.Delete(folder);
    }

    [Fact]
    public void Files_that_broke_other_parsers_are_scrubbed_without_exception()
    {
        foreach (var path in RealPhotos("fuzzing"))
        {
            var file = File.ReadAllBytes(path);
            foreach (var type in Enum.GetValues<MediaType>())
            {
                GpsScrub.Run([.. file], type, new ByteRange(0, Math.Min(file.Length, 65_536)));
            }

            if (file.Length < 65_000)
            {
                Assert.Equal(ScrubOutcome.Clean, Twice(ImageBuilder.Jpeg(exif: file)));
                Assert.Equal(ScrubOutcome.Clean, Twice(ImageBuilder.Png(exif: file)));
            }
        }
    }

    [Fact]
    public void Mutated_and_cut_files_are_scrubbed_without_exception()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        byte[][] originals =
        [
            ImageBuilder.Jpeg(exif: ScrubFiles.FullBlock()), ImageBuilder.Png(exif: ScrubFiles.FullBlock()),
            ScrubFiles.WebP(ScrubFiles.FullBlock()), ScrubFiles.Heif(ScrubFiles.FullBlock()), ScrubFiles.FullBlock(),
        ];
        for (var i = 0; i < 20_000; i++)
        {
            var original = originals[i % originals.Length];
            var mutant = original[..random.Next(original.Length / 2, original.Length + 1)];
            for (var change = random.Next(1, 8); change > 0; change--)
            {
                mutant[random.Next(12, mutant.Length)] = (byte)random.Next(256);
            }

            GpsScrub.Run(mutant, MediaReader.Sniff(original), null);
        }
    }

    /// <returns>The outcome of a second pass: after the first there is nothing to take out.</returns>
    private static ScrubOutcome Twice(byte[] bytes)
    {
        Assert.NotEqual(ScrubOutcome.Unknown, Scrub(bytes));
        return Scrub(bytes);
    }

    private static ScrubOutcome Scrub(byte[] bytes) =>
        GpsScrub.Run(bytes, MediaReader.Sniff(bytes.AsSpan(0, Math.Min(bytes.Length, 64))), null);

    private static IEnumerable<(string Name, byte[] Bytes)> Samples()
    {
        yield return ("little.jpg", ImageBuilder.Jpeg(exif: ExifBuilder.Everything(littleEndian: true)));
        yield return ("big.jpg", ImageBuilder.Jpeg(exif: ExifBuilder.Everything(littleEndian: false)));
        yield return ("plain.jpg", ImageBuilder.Jpeg());
        yield return ("first.png", ImageBuilder.Png(exif: ExifBuilder.Camera()));
        yield return ("last.png", ImageBuilder.Png(exif: ExifBuilder.Camera(), exifLast: true));
        if (Repository.Photos is { } photos)
        {
            yield return ("a.webp", File.ReadAllBytes(Path.Combine(photos, "webp", "Alpha Lossy (1).webp")));
            yield return ("b.webp", File.ReadAllBytes(Path.Combine(photos, "webp", "webpvp8l.webp")));
            yield return ("a.heic", File.ReadAllBytes(Path.Combine(photos, "heic", "cheers_1440x960.heic")));
            yield return ("b.heic", File.ReadAllBytes(Path.Combine(photos, "heic", "IMG_1034.heic")));
            yield return ("a.avif", File.ReadAllBytes(Path.Combine(photos, "avif", "32Bit-72dpi-sRGB-800x600.avif")));
        }
    }

    private static async Task<string[]> WriteAsync(string folder, IEnumerable<(string Name, byte[] Bytes)> files)
    {
        var names = new List<string>();
        foreach (var (name, bytes) in files)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, name), bytes, TestContext.Current.CancellationToken);
            names.Add(name);
        }

        return [.. names];
    }

    private static async Task<string[]> OthersAsync(string folder, string[] files) =>
        await Task.WhenAll(files.Select(f => PositionFinder.OtherTagsAsync(folder, f)));
}
