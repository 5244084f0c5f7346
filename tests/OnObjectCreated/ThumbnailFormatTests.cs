using PhotoLambda.OnObjectCreated.Pictures;

namespace PhotoLambda.Tests;

/// <summary>Thumbnails of all that is decoded, and none of what is not.</summary>
public class ThumbnailFormatTests(CloudFixture cloud)
{
    // Of each side: 36 megapixels.
    private const int TooManyToDecodeWhole = 6_000;

    public static TheoryData<string, string> Decoded => new()
    {
        { "image/png", "" },
        { "image/png", "alpha" },
        { "image/png", "16 bits" },
        { "image/png", "interlaced" },
        { "image/jpeg", "" },
        { "image/jpeg", "CMYK" },
        { "image/jpeg", "progressive" },
        { "image/jpeg", "grey" },
        { "image/gif", "" },
        { "image/webp", "" },
        { "image/avif", "" },
        { "image/tiff", "" },
    };

    [Theory]
    [MemberData(nameof(Decoded))]
    public async Task A_picture_is_made_in_the_colours_of_the_web(string type, string kind)
    {
        using var stage = await ThumbnailStage.ReadAsync(cloud, File(type, kind), type, 64);

        var pictures = await stage.PicturesAsync();
        Assert.Equal(["image/webp", "image/jpeg"], pictures.Select(p => p.Type));
        foreach (var (made, pixels, _) in pictures)
        {
            Assert.Equal((64, 32), (pixels.Width, pixels.Height));
            var third = kind != "alpha" ? "blue" : made == "image/webp" ? "nothing" : "white";
            Assert.True(kind == "grey" || pixels.Colours() == $"red green {third} white", pixels.Colours());
        }
    }

    [Theory]
    [MemberData(nameof(Decoded))]
    public async Task Half_a_file_is_shown_as_far_as_it_goes_or_not_at_all(string type, string kind)
    {
        var file = File(type, kind);
        using var stage = await ThumbnailStage.ReadAsync(cloud, file[..(file.Length / 2)], type, 64);

        var (status, _, thumbnails) = await stage.RowAsync();
        Assert.Equal("processing", status);
        Assert.Equal(thumbnails.Length, (await stage.ObjectsAsync()).Length);
        Assert.True(thumbnails.Length is 0 or 2);
        if (type == "image/jpeg" && kind == "")
        {
            Assert.StartsWith("red green", (await stage.PicturesAsync())[0].Pixels.Colours());
        }
    }

    [Fact]
    public async Task Of_HEIC_there_is_what_the_camera_embedded()
    {
        using var stage = await ThumbnailStage.ReadAsync(cloud, ScrubFiles.RealHeif(), "image/heic", 64);

        var (status, key, thumbnails) = await stage.RowAsync();
        Assert.Equal(("processing", 0), (status, thumbnails.Length));
        Assert.True(key is null || key == $"thumbnails/{stage.Photo.Key}.jpg");
    }

    [Fact]
    public async Task What_is_too_large_to_decode_has_what_the_camera_embedded()
    {
        var photo = File("image/jpeg", "progressive");
        var frame = photo.AsSpan().IndexOf(new byte[] { 0xFF, 0xC2 });
        foreach (var at in new[] { frame + 5, frame + 7 })
        {
            (photo[at], photo[at + 1]) = (TooManyToDecodeWhole >> 8, TooManyToDecodeWhole & 0xFF);
        }

        photo = [.. photo[..2], .. ImageBuilder.ExifSegment(ScrubFiles.FullBlock()), .. photo[2..]];
        using var stage = await ThumbnailStage.ReadAsync(cloud, photo, "image/jpeg", 64);

        var (status, key, thumbnails) = await stage.RowAsync();
        Assert.Equal(("processing", $"thumbnails/{stage.Photo.Key}.jpg", 0), (status, key, thumbnails.Length));
    }

    [Fact]
    public void Too_many_pixels_are_named_with_their_limit()
    {
        VipsLibrary.Load(ThumbnailStage.Library(cloud));
        var refused = Assert.Throws<VipsException>(() => PictureMaker.Make(
            ThumbnailPixels.Png(200, 100), Metadata.MediaType.Png, [64], 19_999, TestContext.Current.CancellationToken));
        Assert.Equal("20000 pixels are more than the 19999 that are decoded", refused.Message);
    }

    private byte[] File(string type, string kind)
    {
        var library = ThumbnailStage.Library(cloud);
        var png = ThumbnailPixels.Png(384, 192, kind == "alpha", kind == "16 bits");
        return (type, kind) switch
        {
            ("image/png", "interlaced") => ThumbnailPixels.Convert(
                library, png, "pngsave_buffer", "srgb", ("interlace", "true")),
            ("image/png", _) => png,
            ("image/jpeg", "CMYK") => ThumbnailPixels.Convert(library, png, "jpegsave_buffer", "cmyk"),
            ("image/jpeg", "grey") => ThumbnailPixels.Convert(library, png, "jpegsave_buffer", "b-w"),
            ("image/jpeg", _) => ThumbnailPixels.Convert(library, png, "jpegsave_buffer", "srgb",
                ("interlace", kind == "progressive" ? "true" : "false")),
            ("image/gif", _) => ThumbnailPixels.Convert(library, png, "gifsave_buffer"),
            ("image/webp", _) => ThumbnailPixels.Convert(
                library, png, "webpsave_buffer", "srgb", ("lossless", "true")),
            ("image/avif", _) => ThumbnailPixels.Convert(
                library, png, "heifsave_buffer", "srgb", ("compression", "av1"), ("effort", "0"), ("Q", "95")),
            _ => ThumbnailPixels.Convert(library, png, "tiffsave_buffer"),
        };
    }
}
