using PhotoLambda.Metadata;
using static PhotoLambda.Tests.AudioBuilder;
using static PhotoLambda.Tests.MetadataTestFiles;
using static PhotoLambda.Tests.Mp4Builder;

namespace PhotoLambda.Tests;

public class Mp4MetadataTests
{
    [Fact]
    public void The_movie_may_stand_before_or_behind_the_sound()
    {
        foreach (byte[] file in new byte[][]
        {
            [.. Ftyp(), .. Moov(Track()), .. Mdat(), .. Box("free")],
            [.. Ftyp("mp42"), .. Box("free", new byte[9]), .. Mdat(), .. Moov(Track())],
            [.. Ftyp("isom"), .. Moov(Track()), 0, 0, 0, 1, .. "mdat"u8, .. Big(31_992 + 16, 8), .. new byte[31_992]],
            [.. Ftyp(), .. Moov(Track()), 0, 0, 0, 0, .. "mdat"u8, .. new byte[32_000]],
        })
        {
            var metadata = ReadWhole(file);

            Assert.Equal((MediaType.M4a, ""), (metadata.Type, Codes(metadata)));
            Assert.Equal((2000, 44100, 2), Format(metadata));
            Assert.InRange(metadata.Audio!.BitrateBps!.Value, 128_000, 128_064);
            Assert.Equal(Describe(metadata), Describe(ReadByRanges(file, out _)));
        }
    }

    [Theory]
    [InlineData("1210", 44100, 2)]
    [InlineData("1208", 44100, 1)]
    [InlineData("1238", 44100, 8)]
    [InlineData("1200", 44100, 2)]
    [InlineData("17801F4010", 16000, 2)]
    [InlineData("2B8A08", 44100, 1)]
    [InlineData("EB8A08", 44100, 2)]
    [InlineData("F94620", 48000, 1)]
    public void The_codecs_own_configuration_counts(string config, int rate, int channels)
    {
        Assert.Equal((2000, rate, channels), Format(Read(Track(entry: Entry(Box("free"), Esds(config))))));
        Assert.Equal((2000, rate, channels), Format(Read(Track(entry: Entry(Esds(config, "0001E000000278780000"))))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("17")]
    [InlineData("1690")]
    public void Without_a_configuration_channels_are_unknown(string config)
    {
        Assert.Equal((2000, 44100, null), Format(Read(Track(entry: Entry(Esds(config))))));
        Assert.Equal((2000, 44100, null), Format(Read(Track(entry: Entry(Box("esds", [0, 0, 0, 0, 3, 0x84, 0x80]))))));
        Assert.Equal((2000, 44100, null), Format(Read(Track(entry: Entry(Box("esds", [0, 0, 0, 0, 3, 2, 0, 0]))))));
        Assert.Equal((2000, 44100, 2), Format(Read(Track(entry: Entry([0, 0, 0, 1, 0, 0, 0, 0])))));
    }

    [Fact]
    public void Apples_cookie_counts()
    {
        var cookie = Box("alac", [.. new byte[13], 6, .. new byte[10], .. Big(96_000, 4)]);

        Assert.Equal((2000, 96_000, 6), Format(Read(Track(entry: Entry(cookie)))));
    }

    [Fact]
    public void Edits_say_what_is_played()
    {
        Assert.Equal(1900, Read(Track(edits: Edits((500, -1), (1900, 1024)))).Audio?.DurationMs);
        Assert.Equal(2000, Read(Track(edits: Edits((9000, 0)))).Audio?.DurationMs);
        Assert.Equal(2000, Read(Track(edits: Edits((0, 1024)))).Audio?.DurationMs);
        var montage = Read(Track(edits: Edits([.. Enumerable.Repeat((10L, 0), 17)])));
        Assert.Equal((2000, "m4a:bad_count"), (montage.Audio?.DurationMs, Codes(montage)));
        byte[] longer = Box("edts", Box("elst", [1, 0, 0, 0, 0, 0, 0, 1], Big(1500, 8), Big(1024, 8), [0, 1, 0, 0]));
        Assert.Equal(1500, Read(Track(edits: longer)).Audio?.DurationMs);
    }

    [Fact]
    public void Times_of_64_bits_are_read()
    {
        byte[] times = Box("mdhd", [1, 0, 0, 0], new byte[16], Big(44_100, 4), Big(132_300, 8), new byte[4]);

        Assert.Equal(3000, Read(Box("trak", Mp4Builder.Media(times))).Audio?.DurationMs);
    }

    [Fact]
    public void Fragments_are_as_long_as_mehd_or_sidx_says()
    {
        byte[] index = Box("sidx", new byte[8], Big(1000, 4), new byte[10], Big(2, 2),
            Big(9, 4), Big(1500, 4), Big(0, 4), Big(9, 4), Big(1000, 4), Big(0, 4));

        Assert.Equal(7000, Read(Track(0), Box("mvex", Box("mehd", new byte[4], Big(7000, 4)))).Audio?.DurationMs);
        var longer = Box("mvex", Box("mehd", [1, 0, 0, 0], Big(7000, 8)));
        Assert.Equal(7000, Read(Track(uint.MaxValue), longer).Audio?.DurationMs);
        Assert.Equal(2500, ReadWhole([.. Ftyp(), .. Moov(Track(0)), .. index, .. Mdat()]).Audio?.DurationMs);
        Assert.Null(Read(Track(0)).Audio?.DurationMs);
        var broken = ReadWhole([.. Ftyp(), .. Moov(Track(0)), .. Box("sidx", new byte[30]), .. Mdat()]);
        Assert.Equal((null, "m4a:bad_count"), (broken.Audio?.DurationMs, Codes(broken)));
    }

    [Theory]
    [InlineData("M4A ")]
    [InlineData("mp42")]
    public void A_film_is_no_sound_whatever_its_brand(string brand)
    {
        var pictures = Track(handler: "vide", entry: Box("avc1", new byte[70]));
        var film = ReadWhole([.. Ftyp(brand), .. Moov(Track(), pictures), .. Mdat()]);

        Assert.Equal(("video/mp4", null), (film.Type.Mime(), film.Audio));
        Assert.EndsWith(":unsupported", Codes(film));
        Assert.False(film.Type.Fits("audio/mp4"));
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("png ")]
    public void Pictures_of_chapters_are_no_film(string format)
    {
        var book = Read(Track(), Track(handler: "text"), Track(handler: "vide", entry: Box(format, new byte[70])));

        Assert.Equal((MediaType.M4a, ""), (book.Type, Codes(book)));
        Assert.Equal((2000, 44100, 2), Format(book));
    }

    [Fact]
    public void A_file_without_sound_is_told()
    {
        Assert.Equal("m4a:bad_structure", Codes(Read()));
        Assert.Equal("m4a:bad_structure", Codes(ReadWhole([.. Ftyp(), .. Mdat()])));
        Assert.Equal("mp4:bad_structure", Codes(ReadWhole(Ftyp("mp42"))));
    }

    [Fact]
    public void A_file_that_lost_its_end_is_truncated()
    {
        byte[] file = [.. Ftyp(), .. Moov(Track()), .. Mdat()];
        var cut = ReadWhole(file[..^30_000]);

        Assert.Equal((2000, 44100, 2), Format(cut));
        Assert.Equal("m4a:truncated", Codes(cut));
        Assert.Equal(ReadWhole(file).Audio, cut.Audio);
        Assert.Equal("m4a:truncated", Codes(ReadWhole(file[..100])));
        Assert.Equal("m4a:truncated", Codes(ReadWhole([.. Ftyp(), 0, 0])));
    }

    [Fact]
    public void Broken_boxes_are_told()
    {
        Assert.Equal("m4a:bad_length", Codes(ReadWhole([.. Ftyp(), 0, 0, 0, 7, .. "moov"u8])));
        Assert.Equal("m4a:bad_length", Codes(ReadWhole([.. Ftyp(), 0, 0, 0, 1, .. "mdat"u8, 0x80, .. new byte[7]])));
        byte[] longest = [.. Ftyp(), 0, 0, 0, 1, .. "mdat"u8, .. Big(long.MaxValue, 8)];
        Assert.Equal("m4a:truncated", Codes(ReadWhole(longest)));
        Assert.Equal("m4a:bad_length", Codes(Read([0, 0, 1, 0, .. "trak"u8])));
        Assert.Equal("m4a:bad_length", Codes(Read([0, 0, 0, 0, .. "trak"u8])));
        foreach (var name in "mvhd trak/mdia/mdhd trak/mdia/hdlr trak/edts/elst mvex/mehd".Split(' '))
        {
            var box = name.Split('/').Reverse().Aggregate(Array.Empty<byte>(), (content, type) => Box(type, content));
            Assert.Equal("m4a:bad_length", Codes(Read(Track(), Track(handler: "text"), box)));
        }

        var handler = Box("hdlr", [.. new byte[8], .. "soun"u8]);
        Assert.Equal("m4a:bad_length", Codes(Read(Box("trak", Box("mdia", handler, Box("stsd", new byte[9]))))));
    }

    [Fact]
    public void Too_many_boxes_end_the_reading()
    {
        byte[] boxes = [.. Enumerable.Repeat(Box("free"), 6001).SelectMany(b => b)];

        Assert.Equal("m4a:too_many_segments", Codes(ReadWhole([.. Ftyp(), .. boxes, .. Moov(Track())])));
        Assert.Equal("m4a:too_many_segments", Codes(Read(Track(), boxes)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_long_file_is_read_in_three_ranges(bool movieFirst)
    {
        // The table of a long recording takes hundreds of kilobytes, and a cover megabytes.
        var track = Track(3600L * 44_100, tables: 600_000);
        var moov = Moov(track, Track(handler: "text"), Box("udta", new byte[5_000_000]));
        var file = new SparseFile(30_000_000);
        var head = Ftyp();
        var data = 30_000_000 - moov.Length - head.Length;
        file.Put(0, head);
        file.Put(movieFirst ? head.Length : head.Length + data, moov);
        file.Put(movieFirst ? head.Length + moov.Length : head.Length, [.. Big(data, 4), .. "mdat"u8]);

        var metadata = file.Read(out var fetched);

        Assert.Equal((3_600_000, 44100, 2), Format(metadata));
        Assert.Equal((MediaType.M4a, ""), (metadata.Type, Codes(metadata)));
        Assert.Equal(54_221, metadata.Audio?.BitrateBps);
        Assert.True(fetched.Count <= 3, string.Join(' ', fetched));
    }

    private static MediaMetadata Read(params byte[][] boxes) => ReadWhole([.. Ftyp(), .. Moov(boxes), .. Mdat()]);

    private static (long?, int?, int?) Format(MediaMetadata metadata) =>
        (metadata.Audio?.DurationMs, metadata.Audio?.SampleRateHz, metadata.Audio?.Channels);
}
