using PhotoLambda.Local.Postgres;
using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

/// <summary>Files of other programs' making, with EXIF that exiftool wrote into them or that was in the original.</summary>
public sealed class ExiftoolWrittenTests : IDisposable
{
    private static readonly string[] Exif =
    [
        "-Make=Maker", "-Model=Model é 1", "-Orientation#=1", "-DateTimeOriginal=2023:02:28 23:59:58",
        "-SubSecTimeOriginal=25", "-OffsetTimeOriginal=-03:30", "-ISO=12800", "-LensModel=Lens",
        "-GPSLatitude=-33.857", "-GPSLatitudeRef=S", "-GPSLongitude=151.215", "-GPSLongitudeRef=E", "-GPSAltitude=12.5",
    ];

    private readonly string _folder = TemporaryFolder.New();

    public void Dispose() => TemporaryFolder.Delete(_folder);

    [Fact]
    public async Task What_exiftool_writes_into_each_type_is_read()
    {
        await WritePlainAsync();
        var written = await Exiftool.RunAsync(_folder, ["-q", "-overwrite_original", .. Exif, "."]);
        Assert.True(written.Succeeded, written.Output);

        foreach (var (path, metadata) in await CompareAsync())
        {
            Assert.True(metadata.Exif is { Iso: 12800, LensModel: "Lens", TakenAtOffset: -210 }, path);
            Assert.Equal((64, 48, 12.5), (metadata.Width, metadata.Height, metadata.Gps?.AltitudeMeters));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Turns_that_an_encoder_took_from_exif_are_the_same(int orientation)
    {
        var encoder = await DebianProgram.HaveAsync("libavif-bin", "avifenc", "--version");
        await File.WriteAllBytesAsync(
            Path.Combine(_folder, "turned.jpg"), ImageBuilder.Jpeg(exif: ExifBuilder.Camera(orientation)),
            TestContext.Current.CancellationToken);
        await RunAsync(encoder, "-s", "10", "turned.jpg", "turned.avif");

        var metadata = (await CompareAsync()).Single(f => f.Path.EndsWith(".avif", StringComparison.Ordinal)).Metadata;

        Assert.Equal(orientation, metadata.Transformation);
        Assert.Equal("Test Camera", metadata.Exif?.CameraModel);
    }

    /// <summary>The same grey picture in every type for which there is a program.</summary>
    private async Task WritePlainAsync()
    {
        var cwebp = await DebianProgram.HaveAsync("webp", "cwebp", "-version");
        var heif = await DebianProgram.HaveAsync("libheif-examples", "heif-enc", "--help");
        var avif = await DebianProgram.HaveAsync("libavif-bin", "avifenc", "--version");
        var stop = TestContext.Current.CancellationToken;
        await File.WriteAllBytesAsync(Path.Combine(_folder, "a.png"), ImageBuilder.Png(), stop);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "a.jpg"), ImageBuilder.Jpeg(), stop);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "a.tif"), Tiff(littleEndian: true), stop);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "b.tif"), Tiff(littleEndian: false), stop);
        await RunAsync(cwebp, "-quiet", "a.png", "-o", "lossy.webp");
        await RunAsync(cwebp, "-quiet", "-lossless", "a.png", "-o", "lossless.webp");
        await RunAsync(heif, "a.png", "-o", "a.heic");
        await RunAsync(avif, "-s", "10", "a.png", "a.avif");
    }

    /// <summary>One strip of grey before the directory.</summary>
    private static byte[] Tiff(bool littleEndian) => new ExifBuilder(littleEndian, start: 8 + (64 * 48))
        .Shorts(0x0100, 64).Shorts(0x0101, 48).Shorts(0x0102, 8).Shorts(0x0103, 1).Shorts(0x0106, 1).Longs(0x0111, 8)
        .Shorts(0x0116, 48).Longs(0x0117, 64 * 48).Build();

    private async Task<List<(string Path, MediaMetadata Metadata)>> CompareAsync()
    {
        var comparison = new ExiftoolComparison((_, _) => false);
        var read = new List<(string, MediaMetadata)>();
        foreach (var (path, tags) in await Exiftool.ReadAsync(_folder))
        {
            var file = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            var metadata = ReadWhole(file);
            Assert.Equal(Describe(metadata), Describe(ReadByRanges(file, out _)));
            Assert.Empty(metadata.Errors);
            comparison.Add(path, metadata, tags);
            read.Add((path, metadata));
        }

        comparison.AssertNoDifference();
        return read;
    }

    private async Task RunAsync(params string[] line)
    {
        var command = await Command.RunAsync(_folder, line, TestContext.Current.CancellationToken);
        Assert.True(command.Succeeded, command.Output);
    }
}
