using System.Diagnostics;
using PhotoLambda.Metadata;
using static PhotoLambda.Tests.HeifBuilder;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

public class HeifMetadataTests
{
    private static readonly byte[] Camera = ExifBuilder.Camera(orientation: 6);

    private static readonly HeifBuilder Photo = new() { Exif = Camera };

    [Theory]
    [InlineData(0, 4, 1, false)]
    [InlineData(1, 8, 1, false)]
    [InlineData(2, 4, 1, false)]
    [InlineData(0, 4, 7, false)]
    [InlineData(1, 4, 1, true)]
    [InlineData(2, 8, 3, true)]
    public void Exif_is_found_however_it_lies(int version, int numberSize, int extents, bool inData)
    {
        var layout = Photo with { Version = version, NumberSize = numberSize, Extents = extents, InData = inData };
        var file = layout.Build();

        var metadata = ReadWhole(file);

        Assert.Equal((MediaType.Heic, 640, 480), (metadata.Type, metadata.Width, metadata.Height));
        Assert.Equal("Test Camera", metadata.Exif?.CameraModel);
        Assert.Equal(8.25, metadata.Gps?.Longitude);
        Assert.Empty(metadata.Errors);
        Assert.Equal(extents == 1 && !inData, metadata.ExifBlock is not null);
        if (metadata.ExifBlock is { } block)
        {
            Assert.Equal(Camera, file[(int)block.Offset..((int)block.Offset + block.Count)]);
        }
    }

    [Theory]
    [InlineData(100, false, 1)]
    [InlineData(3_000_000, false, 2)]
    [InlineData(3_000_000, true, 2)]
    public void What_lies_far_behind_costs_one_more_range(int pictureBytes, bool metaLast, int ranges)
    {
        var file = (Photo with { PictureBytes = pictureBytes, MetaLast = metaLast, Brand = "avif" }).Build();

        var metadata = ReadByRanges(file, out var fetched);

        Assert.Equal((MediaType.Avif, 640), (metadata.Type, metadata.Width));
        // EXIF before a meta box at the end costs one more still.
        Assert.Equal(ranges + (metaLast ? 1 : 0), fetched.Count);
        Assert.NotNull(metadata.Exif);
        Assert.Empty(metadata.Errors);
    }

    [Fact]
    public void The_orientation_of_exif_does_not_apply()
    {
        var metadata = ReadWhole(Photo.Build());

        Assert.Equal(6, metadata.Exif?.Orientation);
        Assert.Equal((1, 1, 640), (metadata.Transformation, metadata.Orientation, metadata.DisplayWidth));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("m1", 2)]
    [InlineData("r2", 3)]
    [InlineData("m0", 4)]
    [InlineData("r1 m0", 5)]
    [InlineData("m1 r1", 5)]
    [InlineData("r3", 6)]
    [InlineData("r3 m0", 7)]
    [InlineData("m1 r3", 7)]
    [InlineData("r1", 8)]
    [InlineData("m0 m1", 3)]
    [InlineData("r1 r1 r1", 6)]
    [InlineData("m0 m0", 1)]
    public void Turns_apply_in_the_order_of_association(string turns, int orientation)
    {
        var boxes = turns.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(t => t[0] == 'r' ? Irot((byte)(t[1] - '0')) : Imir((byte)(t[1] - '0')));

        var metadata = ReadWhole((Photo with { Properties = [Ispe(640, 480), .. boxes] }).Build());

        Assert.Equal(orientation, metadata.Orientation);
        Assert.Equal((640, orientation >= 5 ? 480 : 640), (metadata.Width, metadata.DisplayWidth));
    }

    [Fact]
    public void The_exif_that_describes_the_picture_is_preferred()
    {
        // Items 3 to 5 come first in the list: of another picture, encrypted, and of another kind.
        byte[] encrypted = Infe(4, "Exif");
        encrypted[15] = 1;

        var file = (Photo with { OtherItems = [Infe(3, "Exif"), encrypted, Infe(5, "mime")] }).Build();

        Assert.Equal("Test Camera", ReadWhole(file).Exif?.CameraModel);
        Assert.Empty(ReadWhole(file).Errors);
        file[file.AsSpan().IndexOf("cdsc"u8)] = (byte)'x';
        Assert.Equal("exif:bad_offset", Codes(ReadWhole(file)));
    }

    [Fact]
    public void Each_guard_of_the_boxes_fires()
    {
        byte[] ftyp = Photo.Build()[..20];
        byte[] File(params byte[][] boxes) => [.. ftyp, .. boxes.SelectMany(b => b)];

        Assert.Equal("heic:no_dimensions", Codes(ReadWhole(File(Box("mdat", new byte[9])))));
        Assert.Equal("heic:no_dimensions", Codes(ReadWhole(File(FullBox("meta", 0)))));
        Assert.Equal("heic:bad_length heic:no_dimensions", Codes(ReadWhole(File([0, 0, 0, 7, 1, 2, 3, 4]))));
        Assert.Equal("heic:truncated heic:no_dimensions", Codes(ReadWhole(File([0, 0, 0, 9, 1, 2, 3, 4]))));
        Assert.Equal("heic:too_large", Codes(ReadWhole(File(FullBox("meta", 0, new byte[HeifReader.MaxMeta + 1])))));
        Assert.Equal("heic:bad_length heic:no_dimensions",
            Codes(ReadWhole(File(FullBox("meta", 0, U32(99), "pitm"u8.ToArray())))));
        var many = Enumerable.Repeat(Box("free"), 7000).SelectMany(b => b).ToArray();
        Assert.Equal("heic:too_many_segments heic:no_dimensions", Codes(ReadWhole(File(many))));
        Assert.Equal("heic:too_many_segments", Codes(ReadWhole((Photo with { More = many }).Build())));
    }

    [Fact]
    public void Each_guard_of_the_properties_fires()
    {
        byte[] Properties(params byte[][] boxes) => (new HeifBuilder { Properties = boxes }).Build();
        var claims = Properties(Ispe(640, 480));
        claims[claims.AsSpan().IndexOf("ipma"u8) + 14] = 200;

        Assert.Equal("heic:no_dimensions", Codes(ReadWhole(Properties(Irot(1)))));
        Assert.Equal("heic:no_dimensions", Codes(ReadWhole(Properties(Ispe(0, 480)))));
        Assert.Equal("heic:too_many_pixels", Codes(ReadWhole(Properties(Ispe(50_000, 50_000)))));
        Assert.Equal("heic:bad_count heic:no_dimensions", Codes(ReadWhole(claims)));
    }

    [Theory]
    [InlineData("iloc", 4, 3, "exif:unsupported")]
    [InlineData("iloc", 8, 0x55, "exif:unsupported")]
    [InlineData("iloc", 13, 9, "exif:bad_offset")]
    [InlineData("iloc", 15, 9, "exif:unsupported")]
    [InlineData("iloc", 17, 1, "exif:unsupported")]
    [InlineData("iloc", 24, 0x70, "exif:bad_offset")]
    [InlineData("iloc", 29, 9, "exif:bad_offset")]
    [InlineData("iloc", 23, 0, "exif:bad_offset")]
    [InlineData("\0\u0006Exif\0\0", -1, 5, "exif:bad_offset")]
    [InlineData("II*\0", 0, 0, "exif:bad_header")]
    public void Each_guard_of_the_exif_item_fires(string name, int at, byte value, string codes)
    {
        var file = (Photo with { Version = 1, PictureBytes = 200_000 }).Build();
        file[file.AsSpan().IndexOf(System.Text.Encoding.Latin1.GetBytes(name)) + at] = value;

        var metadata = ReadWhole(file);

        Assert.Equal(codes, Codes(metadata));
        Assert.Equal(640, metadata.Width);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_oversized_exif_item_is_not_read(int extents)
    {
        var file = (Photo with { Exif = new byte[70_000], Extents = extents }).Build();

        Assert.Equal("exif:too_large", Codes(ReadByRanges(file, out var fetched)));
        Assert.True(fetched.Sum(r => r.Count) <= 80 * 1024);
    }

    [Fact]
    public void Extents_that_share_bytes_cannot_grow_beyond_them()
    {
        // 6,000 extents that are the whole idat each.
        var extents = Enumerable.Repeat<byte[]>([0, 0, 0, 0, 0, 0, 0, 9], 6000).SelectMany(b => b).ToArray();
        var iloc = FullBox("iloc", 1, U16(0x4400), U16(1), U16(2), U16(1), U16(0), U16(6000), extents);
        var file = FullBox("meta", 0, FullBox("pitm", 0, U16(1)), FullBox("iinf", 0, U16(1), Infe(2, "Exif")), iloc,
            Box("idat", new byte[9]));

        Assert.Equal("heic:no_dimensions exif:too_large", Codes(ReadWhole([.. Photo.Build()[..20], .. file])));
    }

    [Fact]
    public void More_descriptions_than_are_kept_do_no_harm()
    {
        var descriptions = Enumerable.Range(10, 20).SelectMany(i => Box("cdsc", U16(i), U16(1), U16(1))).ToArray();
        var meta = FullBox("meta", 0, FullBox("pitm", 0, U16(1)), FullBox("iref", 0, descriptions),
            FullBox("iinf", 0, U16(1), Infe(2, "Exif")));

        Assert.Equal("heic:no_dimensions exif:bad_offset", Codes(ReadWhole([.. Photo.Build()[..20], .. meta])));
    }

    [Fact]
    public void A_box_may_have_a_length_of_64_bits_or_none()
    {
        var file = (Photo with { InData = true, PictureBytes = 8 }).Build();
        byte[] Ending(params byte[] length) => [.. file[..^16], .. length[..4], .. "mdat"u8, .. length[4..]];

        Assert.Empty(ReadWhole(Ending(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 16)).Errors);
        Assert.Empty(ReadWhole(Ending(0, 0, 0, 0, 1, 2, 3, 4)).Errors);
        Assert.Equal("heic:bad_length", Codes(ReadWhole(Ending(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 15))));
        Assert.Equal("heic:bad_length", Codes(ReadWhole(Ending(0, 0, 0, 1, 255, 0, 0, 0, 0, 0, 0, 16))));
        Assert.Equal("heic:truncated", Codes(ReadWhole(Ending(0, 0, 0, 1, 0, 255, 0, 0, 0, 0, 0, 16))));
        Assert.Equal("heic:truncated", Codes(ReadWhole(Ending(0, 0, 0, 1, 0, 0, 0, 0))));
    }

    [Fact]
    public void Boxes_nested_20_000_deep_are_refused_at_once()
    {
        var file = new byte[20 + (12 * 20_000)];
        Photo.Build()[..20].CopyTo(file, 0);
        for (var at = 20; at < file.Length; at += 12)
        {
            U32(file.Length - at).CopyTo(file, at);
            "meta"u8.CopyTo(file.AsSpan(at + 4));
        }

        var time = Stopwatch.StartNew();
        Assert.Equal("heic:too_large", Codes(ReadWhole(file)));
        Assert.Equal("heic:no_dimensions", Codes(ReadWhole([.. file[..20], .. file[^120_000..]])));
        Assert.True(time.ElapsedMilliseconds < 1000);
    }
}
