using PhotoLambda.Metadata;

namespace PhotoLambda.Tests;

/// <summary>The hash of a picture without what is told about it.</summary>
public class ImageDataTests
{
    private static readonly byte[] Exif = new ExifBuilder().Build();

    [Fact]
    public async Task Metadata_of_a_jpeg_do_not_count()
    {
        var plain = await HashAsync(ImageBuilder.Jpeg());
        Assert.NotNull(plain);
        Assert.Equal(plain, await HashAsync(ImageBuilder.Jpeg(exif: Exif)));
        Assert.Equal(plain, await HashAsync(ImageBuilder.Jpeg(before: ImageBuilder.Segment(0xFE, [1, 2, 3]))));
        Assert.Equal(plain, await HashAsync([.. ImageBuilder.Jpeg(), .. "what a camera writes behind"u8]));

        Assert.NotEqual(plain, await HashAsync(ImageBuilder.Jpeg(width: 72)));
        var table = ImageBuilder.Jpeg();
        table[30] ^= 1;
        Assert.NotEqual(plain, await HashAsync(table));
        Assert.NotEqual(plain, await HashAsync(ImageBuilder.Jpeg(
            before: ImageBuilder.Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 1]))));
    }

    [Fact]
    public async Task Metadata_and_chunks_of_a_png_do_not_count()
    {
        var plain = await HashAsync(ImageBuilder.Png());
        Assert.NotNull(plain);
        Assert.Equal(plain, await HashAsync(ImageBuilder.Png(exif: Exif)));
        Assert.Equal(plain, await HashAsync(ImageBuilder.Png(exif: Exif, exifLast: true)));
        Assert.Equal(plain, await HashAsync(ImageBuilder.Png(dataChunk: 7)));
        Assert.NotEqual(plain, await HashAsync(ImageBuilder.Png(width: 65)));
    }

    [Fact]
    public async Task Metadata_of_a_webp_do_not_count()
    {
        byte[] picture = Chunk("VP8L", [0x2F, 1, 2, 3, 4, 5, 6]);
        var plain = await HashAsync(WebP(picture));
        Assert.NotNull(plain);
        Assert.Equal(plain, await HashAsync(WebP([.. picture, .. Chunk("EXIF", Exif)])));
        Assert.Equal(plain, await HashAsync(WebP([.. Chunk("ICCP", [1, 2, 3]), .. picture])));
        Assert.NotEqual(plain, await HashAsync(WebP(Chunk("VP8L", [0x2F, 1, 2, 3, 4, 5, 7]))));
    }

    [Fact]
    public async Task A_file_that_breaks_off_anywhere_has_none()
    {
        foreach (var file in (byte[][])[ImageBuilder.Jpeg(24, 24), ImageBuilder.Png(9, 9), WebP(Chunk("VP8 ", [1, 2]))])
        {
            var whole = await HashAsync(file);
            for (var length = 12; length < file.Length; length++)
            {
                var cut = await HashAsync(file[..length]);
                Assert.True(cut is null || cut.SequenceEqual(whole!), $"{length} of {file.Length}");
            }
        }
    }

    [Fact]
    public async Task Damage_neither_throws_nor_hangs()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < 3000; round++)
        {
            var file = round % 2 == 0 ? ImageBuilder.Jpeg(exif: Exif) : ImageBuilder.Png(exif: Exif, dataChunk: 9);
            for (var changes = random.Next(1, 8); changes > 0; changes--)
            {
                file[random.Next(12, file.Length)] = (byte)random.Next(256);
            }

            var fetched = 0L;
            await HashAsync(file, count => fetched += count);
            Assert.True(fetched <= 2 * file.Length, $"seed {seed}, round {round}: {fetched} bytes");
        }
    }

    [Fact]
    public async Task Other_types_have_none() =>
        Assert.Null(await ImageData.HashAsync(
            MediaType.Gif, 10, (_, _) => throw new InvalidOperationException(), TestContext.Current.CancellationToken));

    private static byte[] WebP(byte[] chunks) =>
        [.. "RIFF"u8, .. BitConverter.GetBytes(chunks.Length + 4), .. "WEBP"u8, .. chunks];

    private static byte[] Chunk(string name, byte[] data) =>
    [
        .. System.Text.Encoding.ASCII.GetBytes(name), .. BitConverter.GetBytes(data.Length), .. data,
        .. new byte[data.Length & 1],
    ];

    private static Task<byte[]?> HashAsync(byte[] file, Action<int>? fetched = null) => ImageData.HashAsync(
        MediaReader.Sniff(file.AsSpan(0, Math.Min(64, file.Length))), file.Length,
        (range, _) =>
        {
            // Small pieces, so that everything lies across a border once.
            var piece = file.AsMemory((int)range.Offset, Math.Min(range.Count, 1 + ((int)range.Offset % 5)));
            fetched?.Invoke(piece.Length);
            return new(piece);
        },
        TestContext.Current.CancellationToken);
}
