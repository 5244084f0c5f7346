using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

/// <summary>WebP, GIF, HEIC, AVIF and TIFF, broken: nothing throws, and what a reading costs has a bound.</summary>
public class ImageFormatFuzzTests
{
    private const int Mutants = 20_000;

    private static readonly ReadLimits Stingy = new() { HeadBytes = 200, SecondBytes = 400, ThirdBytes = 4000 };

    private static readonly HeifBuilder Photo =
        new() { Exif = ExifBuilder.Camera(), Properties = [HeifBuilder.Ispe(64, 48), HeifBuilder.Irot(1)] };

    [Fact]
    public void A_file_cut_anywhere_says_that_it_is_cut()
    {
        foreach (var file in Samples())
        {
            var whole = ReadWhole(file);
            Assert.Empty(whole.Errors);
            for (var length = 0; length < file.Length; length++)
            {
                var metadata = ReadWhole(file[..length]);
                var isTold = metadata.Type == MediaType.Unknown || metadata.Errors.Count > 0;
                Assert.True(isTold || IsBetweenBoxes(file, length), $"{whole.Type} {length}");
                Assert.True(metadata.Width is null || metadata.Width == whole.Width, $"{whole.Type} {length}");
            }
        }
    }

    [Fact]
    public void Reading_by_small_ranges_gives_what_the_whole_gives()
    {
        var limits = Stingy;
        foreach (var file in Samples())
        {
            Assert.Equal(Describe(ReadWhole(file, limits)), Describe(ReadByRanges(file, out _, limits)));
        }
    }

    [Fact]
    public void Real_files_read_by_ranges_give_what_they_give_whole()
    {
        foreach (var path in RealPhotos("gif", "webp", "heic", "avif"))
        {
            var file = File.ReadAllBytes(path);

            Assert.Equal(Describe(ReadWhole(file)), Describe(ReadByRanges(file, out var fetched)));
            Assert.True(fetched.Count <= 3, $"{path}: {fetched.Count} ranges");
            Assert.True(fetched.Sum(r => r.Count) <= ReadLimits.Default.MaxBytes, path);
        }
    }

    [Fact]
    public void Mutated_files_are_read_without_exception()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var originals = Samples().Concat(RealFiles()).ToList();
        for (var i = 0; i < Mutants; i++)
        {
            MetadataFuzzTests.AssertBounded(
                MetadataFuzzTests.Mutate(originals[i % originals.Count], random), $"seed {seed}, mutant {i}");
        }
    }

    [Fact]
    public void Fuzzed_films_with_another_brand_are_read_without_exception()
    {
        // Most of them are MPEG-4 and AVI: the same boxes and chunks, under the name of a picture.
        foreach (var path in RealPhotos("fuzzing"))
        {
            var file = File.ReadAllBytes(path);
            if (file.Length >= 12)
            {
                (file.AsSpan().StartsWith("RIFF"u8) ? "WEBP"u8 : "heic"u8).CopyTo(file.AsSpan(8));
                MetadataFuzzTests.AssertBounded(file, path);
            }
        }
    }

    /// <summary>Boxes may end anywhere: that the picture should follow is in none of those that are read.</summary>
    private static bool IsBetweenBoxes(byte[] file, int length) => file.AsSpan(length + 4).StartsWith("mdat"u8);

    private static List<byte[]> Samples() =>
    [
        WebPBuilder.Gif(),
        WebPBuilder.WithExif(ExifBuilder.Camera()),
        WebPBuilder.File([WebPBuilder.Lossless(64, 48)]),
        Animation(),
        Photo.Build(),
        (Photo with { Brand = "avif", InData = true, Extents = 3, Version = 2 }).Build(),
        (Photo with { MetaLast = true, NumberSize = 8, Extents = 2 }).Build(),
        Tiff(littleEndian: true),
        Tiff(littleEndian: false),
    ];

    private static byte[] Animation() => WebPBuilder.File(
    [
        WebPBuilder.Extended(64, 48, 0x0A), WebPBuilder.Frame(900), WebPBuilder.Chunk("EXIF", ExifBuilder.Camera()),
    ]);

    private static byte[] Tiff(bool littleEndian) => new ExifBuilder(littleEndian, start: 300)
        .Shorts(0x0100, 64).Shorts(0x0101, 48).Ascii(0x0110, "Test Camera").Ascii(0x9003, "2024:05:01 09:30:00")
        .Position((46, 30, 0, 'N'), (8, 15, 0, 'E')).Build();

    private static IEnumerable<byte[]> RealFiles() => Repository.Photos is null
        ? []
        : RealPhotos("gif", "webp", "heic", "avif")
            .Select(File.ReadAllBytes).Select(f => f[..Math.Min(f.Length, 30_000)]);
}
