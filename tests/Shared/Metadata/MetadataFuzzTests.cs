using System.Diagnostics;
using System.Text;
using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

/// <summary>Broken files: nothing throws, and what a reading costs has a bound.</summary>
public class MetadataFuzzTests
{
    private const int Mutants = 5_000;

    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(50);

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    [Fact]
    public void Files_that_broke_other_parsers_are_read_without_exception()
    {
        foreach (var path in RealPhotos("fuzzing", "jpg", "png", "gif", "webp", "heic", "avif", "mp3"))
        {
            var file = File.ReadAllBytes(path);
            AssertBounded(file, path);
            // As an EXIF block the many TIFF files among them reach the deepest code.
            if (file.Length < 65_000)
            {
                AssertBounded(ImageBuilder.Jpeg(exif: file), path);
                AssertBounded(ImageBuilder.Png(exif: file, exifLast: true, length: file.Length + 70_000), path);
            }
        }
    }

    [Fact]
    public void Mutated_files_are_read_without_exception()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var originals = Originals();
        for (var i = 0; i < Mutants; i++)
        {
            AssertBounded(Mutate(originals[i % originals.Count], random), $"seed {seed}, mutant {i}");
        }
    }

    [Fact]
    public void A_file_cut_anywhere_is_read_without_exception()
    {
        foreach (var file in new[]
        {
            ImageBuilder.Jpeg(exif: ExifBuilder.Camera()),
            ImageBuilder.Png(exif: ExifBuilder.Camera()),
            ImageBuilder.Png(exif: ExifBuilder.Camera(), exifLast: true),
        })
        {
            var whole = ReadWhole(file);
            Assert.Empty(whole.Errors);
            for (var length = 0; length < file.Length; length++)
            {
                var metadata = ReadWhole(file[..length]);
                var isTold = metadata.Type == MediaType.Unknown || metadata.HasError(MetadataCode.Truncated);
                Assert.True(isTold, $"{length}");
                Assert.True(metadata.Width is null || metadata.Width == whole.Width, $"{length}");
                AssertBounded(file[..length], $"{length}");
            }
        }
    }

    /// <summary>Heads of real files, and blocks with every tag that is read.</summary>
    private static List<byte[]> Originals()
    {
        var files = new List<byte[]>
        {
            ImageBuilder.Jpeg(exif: ExifBuilder.Everything(littleEndian: true)),
            ImageBuilder.Jpeg(exif: ExifBuilder.Everything(littleEndian: false)),
            ImageBuilder.Png(exif: ExifBuilder.Everything(littleEndian: true)),
            ImageBuilder.Png(exif: ExifBuilder.Everything(littleEndian: false), exifLast: true, length: 70_000),
            LongPng(chunks: 3, bytes: 80_000),
            LongPng(chunks: 30, bytes: 8192),
        };
        if (Repository.Photos is not null)
        {
            var photos = RealPhotos("jpg", "png").Select(File.ReadAllBytes);
            files.AddRange(photos.Select(f => f[..Math.Min(f.Length, 30_000)]));
        }

        return files;
    }

    private static byte[] LongPng(int chunks, int bytes) =>
        [
            .. ImageBuilder.Png()[..33],
            .. Enumerable.Repeat(ImageBuilder.Chunk("IDAT", new byte[bytes]), chunks).SelectMany(c => c),
            .. ImageBuilder.Chunk("eXIf", ExifBuilder.Everything(littleEndian: true)),
            .. ImageBuilder.Chunk("IEND", []),
        ];

    internal static byte[] Mutate(byte[] original, Random random)
    {
        var file = original.ToArray();
        for (var changes = random.Next(1, 20); changes > 0; changes--)
        {
            // Mostly where the structure is: in the first kilobyte.
            var at = random.Next(random.Next(4) == 0 ? file.Length : Math.Min(file.Length, 1024));
            file[at] = random.Next(4) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)(file[at] ^ (1 << random.Next(8))),
                2 => (byte)(random.Next(2) * 255),
                _ => file[random.Next(file.Length)],
            };
        }

        return random.Next(8) == 0 ? file[..random.Next(file.Length + 1)] : file;
    }

    internal static void AssertBounded(byte[] file, string name)
    {
        var window = new ObjectWindow(file.Length);
        window.Add(0, file);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        var metadata = MediaReader.Read(window);
        var isSlow = Stopwatch.GetElapsedTime(start) > Most;
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 64 * 1024, $"{name}: {allocated} bytes allocated");
        Assert.False(isSlow && IsSlow(window), name);
        Assert.True(metadata.Errors.Count <= ReadLimits.Default.MaxErrors, name);
        AssertClean(metadata.Exif, name);

        var ranges = ReadByRanges(file, out var fetched);
        Assert.True(ranges.HasError(MetadataCode.Budget) || Describe(ranges) == Describe(metadata), name);
        Assert.True(fetched.Sum(r => (long)r.Count) <= ReadLimits.Default.MaxBytes, name);
        Assert.True(fetched.Count <= 3, $"{name}: {fetched.Count} requests");
    }

    /// <summary>Also in three more tries: other work may hold up the first.</summary>
    private static bool IsSlow(ObjectWindow window) => Enumerable.Range(0, 3).All(_ =>
    {
        var start = Stopwatch.GetTimestamp();
        MediaReader.Read(window);
        return Stopwatch.GetElapsedTime(start) > Most;
    });

    private static void AssertClean(ExifData? exif, string name)
    {
        string?[] texts =
        [
            exif?.CameraMake, exif?.CameraModel, exif?.LensMake, exif?.LensModel, exif?.LensSpecification,
            exif?.Software,
        ];
        foreach (var text in texts.OfType<string>())
        {
            Assert.True(text.Length is > 0 and <= 256 && !text.Any(char.IsControl), name);
            Assert.Equal(text, Strict.GetString(Strict.GetBytes(text)));
        }
    }
}
