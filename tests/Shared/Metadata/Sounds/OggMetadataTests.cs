using System.Text;
using PhotoLambda.Metadata;
using static PhotoLambda.Tests.MetadataTestFiles;
using static PhotoLambda.Tests.OggBuilder;

namespace PhotoLambda.Tests;

public class OggMetadataTests
{
    [Fact]
    public void The_last_page_says_how_long_Vorbis_is()
    {
        var metadata = ReadWhole(Stream(VorbisHead(), 4000, 44_100, 88_200));

        Assert.Equal((MediaType.Ogg, ""), (metadata.Type, Codes(metadata)));
        Assert.Equal(
            new AudioData { DurationMs = 2000, BitrateBps = 12_372, SampleRateHz = 44100, Channels = 2 },
            metadata.Audio);
    }

    [Fact]
    public void Opus_counts_48_000_a_second_without_its_pre_skip()
    {
        var metadata = ReadWhole(Stream(OpusHead(), 960, 48_000 + 312));

        Assert.Equal((1000, 48_000, 2), Format(metadata));
        Assert.Equal(0, ReadWhole(Stream(OpusHead(), 100)).Audio?.DurationMs);
    }

    [Fact]
    public void A_recording_that_begins_in_a_broadcast_counts_from_there()
    {
        Assert.Equal(1000, ReadWhole(Stream(OpusHead(), 480_000_000, 480_048_000)).Audio?.DurationMs);
    }

    [Fact]
    public void Pages_without_a_position_and_of_other_streams_are_passed()
    {
        byte[] file =
        [
            .. Page(First, 0, "fishead\0"u8.ToArray(), 7), .. Page(First, 0, VorbisHead()),
            .. Page(0, 0, new byte[9], 7), .. Page(0, 4000, new byte[900]),
            .. Page(Last, 44_100, new byte[900]), .. Page(0, -1, new byte[510], 1, true),
            .. Page(Last, 9_999_999, new byte[10], 7), .. "OggS"u8,
        ];

        Assert.Equal((1000, 44100, 2), Format(ReadWhole(file)));
        Assert.Empty(ReadWhole(file).Errors);
    }

    [Fact]
    public void Files_one_behind_the_other_have_no_length()
    {
        var chained = ReadWhole([.. Stream(VorbisHead(), 44_100), .. Stream(2, VorbisHead(), 88_200)]);

        Assert.Equal("ogg:unsupported", Codes(chained));
        Assert.Equal((null, 44100, 2), Format(chained));
    }

    [Fact]
    public void A_file_that_lost_its_end_is_as_long_as_what_is_there()
    {
        var file = Stream(VorbisHead(), 4000, 44_100, 88_200);

        Assert.Equal((1000, "ogg:truncated"), Told(file[..^10]));
        Assert.Equal((1000, "ogg:truncated"), Told(file[..^1025]));
        Assert.Equal((null, "ogg:truncated"), Told(file[..100]));
        Assert.Equal((null, "ogg:truncated"), Told(file[..40]));
        // The cut page is longer than what is looked at first.
        byte[] large = [.. Stream(VorbisHead(), 4000, 44_100), .. Page(0, 88_200, new byte[65_000])];
        Assert.Equal(1000, ReadByRanges(large[..^10], out _).Audio?.DurationMs);
        Assert.Equal(Describe(ReadWhole(large[..^10])), Describe(ReadByRanges(large[..^10], out var fetched)));
        Assert.True(fetched.Count <= 3);
    }

    [Theory]
    [InlineData("\u0080theora")]
    [InlineData("BBCD\0")]
    [InlineData("\u0080daala")]
    [InlineData("OVP80")]
    [InlineData("\u0001video")]
    public void A_film_is_no_sound(string name)
    {
        byte[] head = [.. Encoding.Latin1.GetBytes(name), .. new byte[40]];
        var film = ReadWhole([.. Page(First, 0, VorbisHead(), 2), .. Page(First, 0, head), .. Page(Last, 5, [1])]);

        Assert.Equal(("video/ogg", "ogg:unsupported"), (film.Type.Mime(), Codes(film)));
        Assert.Null(film.Audio);
    }

    [Fact]
    public void Other_sounds_are_told()
    {
        Assert.Equal((null, "ogg:unsupported"), Told(Stream("Speex   "u8.ToArray(), 100)));
        Assert.Equal((null, "ogg:unsupported"), Told(Stream(VorbisHead()[..29], 100)));
        Assert.Equal((null, "ogg:unsupported"), Told(Stream([.. "OpusHead"u8, 0x10, .. new byte[10]], 100)));
    }

    [Fact]
    public void Broken_pages_are_told()
    {
        Assert.Equal((null, "ogg:bad_structure"), Told([.. Page(First, 0, VorbisHead())[..^1], .. new byte[500]]));
        Assert.Equal((null, "ogg:out_of_range"), Told(Stream(VorbisHead(rate: 0), 100)));
        Assert.Equal((null, "ogg:out_of_range"), Told(Stream(VorbisHead(), 4000, long.MaxValue)));
        byte[] streams = [.. Enumerable.Range(1, 17).SelectMany(i => Page(First, 0, VorbisHead(), (uint)i))];
        Assert.Equal((null, "ogg:too_many_segments"), Told(streams));
    }

    [Fact]
    public void A_long_file_is_read_in_three_ranges()
    {
        var head = Stream(VorbisHead(), 4000, 8000)[..^1028];
        var file = new SparseFile(30_000_000);
        file.Put(0, [.. head, .. Page(0, -1, new byte[64_770], 1, continues: true)]);
        file.Put(30_000_000 - 1032, Page(Last, 3600L * 44_100, new byte[1000]));

        var metadata = file.Read(out var fetched);

        Assert.Equal((3_600_000, 44100, 2), Format(metadata));
        Assert.Equal("", Codes(metadata));
        Assert.True(fetched.Count <= 3);
    }

    [Fact]
    public void A_cover_in_the_comments_leaves_only_the_bitrate_unknown()
    {
        var file = new SparseFile(30_000_000);
        byte[] large = new byte[64_770];
        file.Put(0, [
            .. Page(First, 0, VorbisHead()), .. Page(0, -1, large, 1, true), .. Page(0, -1, large, 1, true),
            .. Page(0, 0, new byte[1000])]);
        file.Put(30_000_000 - 1031, Page(Last, 3600L * 44_100, new byte[1000]));

        var metadata = file.Read(out var fetched);

        Assert.Equal((3_600_000, 44100, 2), Format(metadata));
        Assert.Null(metadata.Audio?.BitrateBps);
        Assert.True(fetched.Count <= 3);
    }

    private static (long? Milliseconds, string Codes) Told(byte[] file) =>
        (ReadWhole(file).Audio?.DurationMs, Codes(ReadWhole(file)));

    private static (long?, int?, int?) Format(MediaMetadata metadata) =>
        (metadata.Audio?.DurationMs, metadata.Audio?.SampleRateHz, metadata.Audio?.Channels);
}
