using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

/// <summary>The thumbnail of the EXIF block is shown only where it is a small picture, and nothing but one.</summary>
public class EmbeddedThumbnailTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(8)]
    public void A_thumbnail_keeps_its_picture_and_orientation_alone(int? orientation)
    {
        var block = ThumbnailBuilder.With(
            () => orientation is { } o ? new ExifBuilder().Shorts(0x0112, o) : new ExifBuilder().Ascii(0x010F, "x"),
            ThumbnailBuilder.Talkative());

        var thumbnail = EmbeddedThumbnail.Find(ReadExif(block), block)!;

        var shown = ReadWhole(thumbnail);
        Assert.Equal((160, 120), (shown.Width, shown.Height));
        Assert.Empty(shown.Errors);
        Assert.Equal(orientation > 1 ? orientation : null, shown.Orientation);
        var plain = ImageBuilder.Jpeg(160, 120);
        Assert.Equal(plain[2..], thumbnail[(thumbnail.Length - plain.Length + 2)..]);
        Assert.Equal(plain.Length + (orientation > 1 ? 36 : 0), thumbnail.Length);
    }

    public static TheoryData<string, byte[]> Insane()
    {
        var good = ImageBuilder.Jpeg(160, 120);
        var frame = good.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        return new()
        {
            { "nothing", [] },
            { "no JPEG", ImageBuilder.Png() },
            { "too wide", ImageBuilder.Jpeg(1025, 8) },
            { "too high", ImageBuilder.Jpeg(8, 1025) },
            { "without width", ImageBuilder.Jpeg(0, 8) },
            { "without end", good[..^2] },
            { "without scan", [.. good[..(good.AsSpan().IndexOf([(byte)0xFF, (byte)0xDA]))], 0xFF, 0xD9] },
            { "without frame", [.. good[..frame], .. good[(frame + 13)..]] },
            { "two frames", [.. good[..frame], .. good[frame..(frame + 13)], .. good[frame..]] },
            { "cut within a segment", good[..(frame + 4)] },
            { "a segment without length", [0xFF, 0xD8, 0xFF, 0xDB, 0, 1, 0xFF, 0xD9] },
            { "a second start", [0xFF, 0xD8, .. good] },
            { "too long", [.. good[..^2], .. new byte[EmbeddedThumbnail.MaxBytes], 0xFF, 0xD9] },
        };
    }

    [Theory]
    [MemberData(nameof(Insane), DisableDiscoveryEnumeration = true)]
    public void What_is_no_sane_thumbnail_is_left_where_it_is(string what, byte[] jpeg) =>
        Assert.True(EmbeddedThumbnail.Clean(jpeg, 1) is null, what);

    [Fact]
    public void Progressive_thumbnails_and_restart_markers_are_kept()
    {
        byte[] scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xFF, 0xD0, 0x34, 0xFF, 0, 0x56];
        byte[] jpeg =
        [
            0xFF, 0xD8, .. ImageBuilder.Segment(0xC2, [8, 0, 8, 0, 8, 1, 1, 0x11, 0]),
            .. scan, .. ImageBuilder.Segment(0xC4, new byte[17]), .. scan, 0xFF, 0xD9,
        ];

        Assert.Equal(jpeg, EmbeddedThumbnail.Clean([.. jpeg, 1, 2, 3], 1));
    }

    [Fact]
    public void Mutated_thumbnails_make_no_trouble_and_say_nothing()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var original = ThumbnailBuilder.Talkative();
        for (var i = 0; i < 20_000; i++)
        {
            var mutant = original.ToArray();
            for (var change = random.Next(1, 8); change > 0; change--)
            {
                mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
            }

            var length = random.Next(mutant.Length / 2, mutant.Length + 1);
            if (EmbeddedThumbnail.Clean(mutant.AsSpan(0, length), 1) is { } clean)
            {
                Assert.True(clean.AsSpan().IndexOf("Exif\0\0"u8) < 0, $"seed {seed}, mutant {i}");
            }
        }
    }
}
