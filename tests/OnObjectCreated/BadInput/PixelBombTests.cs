using static PhotoLambda.Tests.HeifBuilder;

namespace PhotoLambda.Tests;

/// <summary>Small files that claim to be pictures of gigabytes, or of no size, in each format.</summary>
public class PixelBombTests(CloudFixture cloud)
{
    private const int Low = 1_000_000;

    private static readonly (string Type, Func<uint, uint, byte[]> Picture, long Longest)[] Formats =
    [
        ("image/jpeg", Jpeg, ushort.MaxValue),
        ("image/png", Png, uint.MaxValue),
        ("image/gif", (w, h) => WebPBuilder.Gif((int)w, (int)h), ushort.MaxValue),
        ("image/webp", (w, h) => WebPBuilder.File([WebPBuilder.Lossy((int)w, (int)h)]), (1 << 14) - 1),
        ("image/webp", (w, h) => WebPBuilder.File([WebPBuilder.Lossless((int)w, (int)h)]), 1 << 14),
        ("image/webp", (w, h) => WebPBuilder.File([WebPBuilder.Extended((int)w, (int)h, flags: 0)]), 1 << 24),
        ("image/heic", (w, h) => new HeifBuilder { Properties = [Ispe(w, h)] }.Build(), uint.MaxValue),
        ("image/avif", (w, h) => new HeifBuilder { Brand = "avif", Properties = [Ispe(w, h)] }.Build(), uint.MaxValue),
        ("image/tiff", (w, h) => new ExifBuilder().Longs(0x0100, w).Longs(0x0101, h).Build(), uint.MaxValue),
    ];

    [Fact]
    public async Task A_picture_of_too_many_pixels_fails_in_any_format()
    {
        var bombs = Formats.SelectMany(f => Sizes(f.Longest)
            .Select(size => (f.Type, Bytes: f.Picture((uint)size.Width, (uint)size.Height), size))).ToArray();
        var outcomes = await ProcessAsync([], [.. bombs.Select(b => (b.Bytes, b.Type))]);

        Assert.Equal(
            bombs.Select(b => $"{b.Type} failed too_many_pixels: {b.size.Width} x {b.size.Height}, limit 100000000"),
            bombs.Zip(outcomes.Photos, (b, photo) => $"{b.Type} {photo.Outcome}"));
        Assert.All(outcomes.Photos, p => Assert.EndsWith(":too_many_pixels", p.Codes));
        Assert.Equal((0, 0), outcomes.Jobs);
    }

    [Fact]
    public async Task A_projects_limit_holds_in_any_format()
    {
        (uint, uint)[] sizes = [(1000, 1000), (1001, 1000)];
        var files = Formats.SelectMany(f => sizes.Select(s => (f.Picture(s.Item1, s.Item2), f.Type))).ToArray();
        var outcomes = await ProcessAsync(new() { ["max_pixels"] = Low }, files);

        Assert.Equal(
            Formats.Select(_ => "uploaded, failed too_many_pixels: 1001 x 1000, limit 1000000"),
            outcomes.Photos.Select(p => p.Outcome).Chunk(2).Select(pair => string.Join(", ", pair)));
        Assert.Equal((0, Formats.Length), outcomes.Jobs);
    }

    [Fact]
    public async Task A_picture_without_a_size_is_uploaded_and_says_so()
    {
        // VP8L and VP8X tell a size less one: there is no zero.
        var formats = Formats.Where(f => f.Longest is not (1 << 14 or 1 << 24)).ToArray();
        var files = formats.SelectMany(f => new[]
        {
            (f.Picture(0, 0), f.Type), (f.Picture(0, 100), f.Type), (f.Picture(100, 0), f.Type),
        });
        var outcomes = await ProcessAsync([], [.. files]);

        Assert.All(outcomes.Photos, p => Assert.Equal("uploaded", p.Outcome));
        Assert.All(outcomes.Photos, p => Assert.Contains(":no_dimensions", p.Codes));
        Assert.Equal((0, 3 * formats.Length), outcomes.Jobs);
    }

    /// <summary>The largest that the format can tell, the least that is too large, what a cast makes small.</summary>
    private static IEnumerable<(long Width, long Height)> Sizes(long longest)
    {
        (long, long)[] sizes =
        [
            (longest, longest), (longest, Math.Max(2, 100_000_000 / longest + 1)), (10_001, 10_000),
            (int.MaxValue, int.MaxValue), (int.MaxValue, 1), (1L << 31, 1), (1, uint.MaxValue), (1 << 16, 1 << 16),
        ];
        return sizes.Where(s => s.Item1 <= longest && s.Item2 <= longest).Distinct();
    }

    private static byte[] Jpeg(uint width, uint height)
    {
        var file = ImageBuilder.Jpeg();
        var frame = file.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        byte[] size = [.. U16((int)height), .. U16((int)width)];
        size.CopyTo(file, frame + 5);
        return file;
    }

    private static byte[] Png(uint width, uint height)
    {
        var file = ImageBuilder.Png();
        var header = ImageBuilder.Chunk("IHDR", [.. U32(width), .. U32(height), 8, 0, 0, 0, 0]);
        return [.. file[..8], .. header, .. file[33..]];
    }

    private async Task<((string Outcome, string Codes)[] Photos, (long, long) Jobs)> ProcessAsync(
        Dictionary<string, object> policy, (byte[] Bytes, string Type)[] files)
    {
        using var client = await cloud.NewOrganizationAsync();
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var batch = await StoredBatch.NewAsync(
            cloud, client, policy, [.. files.Select(f => (StoredBatch.Padded(f.Bytes), f.Type))]);

        Assert.Empty(LoneOnObjectCreated.Failures(await function.InvokeAsync(batch.Messages)));

        var photos = (await batch.AnswersAsync()).Select(p => (p.Outcome(), p.Codes()));
        return ([.. photos], await cloud.JobsAsync(client));
    }
}
