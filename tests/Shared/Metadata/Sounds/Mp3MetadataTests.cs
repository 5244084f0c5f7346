using PhotoLambda.Metadata;
using static PhotoLambda.Tests.AudioBuilder;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

public class Mp3MetadataTests
{
    [Fact]
    public void Frames_at_hand_are_counted()
    {
        AssertSound(Frames(50), 1306, 127_706);
    }

    [Fact]
    public void Tags_before_and_after_are_not_sound()
    {
        byte[] sound = Frames(50);

        AssertSound([.. Id3(300), .. Id3(20, hasFooter: true), .. sound], 1306, 127_706);
        AssertSound([.. sound, .. Id3v1()], 1306, 127_706);
        AssertSound([.. sound, .. Ape(5000)], 1306, 127_706);
        AssertSound([.. Id3(0), .. sound, .. Ape(100), .. Id3v1()], 1306, 127_706);
    }

    [Theory]
    [InlineData("Xing")]
    [InlineData("Info")]
    [InlineData("VBRI")]
    public void The_encoders_count_is_believed(string name)
    {
        byte[] file = [.. Frame(name, 49, 50 * 417), .. Frames(49)];

        AssertSound(file, 1280, 127_706);
        AssertSound([.. file, .. Ape(90_000)], 1280, 127_706);
    }

    [Fact]
    public void A_count_that_cannot_be_is_not_believed()
    {
        byte[] two = [.. Frame("Xing", 49, 50 * 417), .. Frames(49), .. Frames(50)];

        Assert.Equal((2586, "mp3:bad_count"), Told([.. Frame("Xing", 5_000_000, 50 * 417), .. Frames(99)]));
        Assert.Equal((2586, "mp3:bad_count"), Told(two));
        Assert.Equal((1280, ""), Told([.. Frame("Xing", 0, 0), .. Frames(49)]));
    }

    [Fact]
    public void A_file_that_lost_its_end_is_truncated()
    {
        byte[] file = [.. Frame("Xing", 49, 50 * 417), .. Frames(40)];

        Assert.Equal((1280, "mp3:truncated"), Told(file));
        Assert.Equal((124, "mp3:truncated"), Told(Frames(5)[..^100]));
        Assert.Equal((null, "mp3:truncated"), Told([.. Id3(500)[..400]]));
        Assert.Equal((null, "mp3:truncated"), Told([.. Id3(500), .. Id3(500)[..400]]));
    }

    [Fact]
    public void Stray_bytes_before_the_first_frame_are_stepped_over()
    {
        Assert.Equal((1306, ""), Told([.. Id3(10), 0, 0, 0xFF, 0xFB, 0x90, 4, 1, 2, 3, .. Frames(50)]));
    }

    [Fact]
    public void One_frame_alone_is_no_sound_among_other_bytes()
    {
        Assert.Equal((null, "mp3:bad_structure"), Told([.. Id3(10), .. new byte[50], .. Frame(), .. new byte[500]]));
        Assert.Equal((null, "mp3:bad_structure"), Told([.. Id3(10), .. new byte[200_000]]));
        Assert.Equal((null, "mp3:bad_structure"), Told(Id3(10)));
        Assert.Equal((26, ""), Told([.. Frame(), .. Id3v1()]));
    }

    [Fact]
    public void Too_many_tags_end_the_reading()
    {
        byte[] tags = [.. Enumerable.Repeat(Id3(0), 6001).SelectMany(t => t)];

        Assert.Equal((null, "mp3:too_many_segments"), Told([.. tags, .. Frames(50)]));
    }

    [Fact]
    public void Flac_and_AAC_behind_a_tag_are_what_they_are()
    {
        Assert.Equal("audio/flac", ReadWhole([.. Id3(3000), .. Flac(3 * 4096)]).Type.Mime());
        Assert.Equal(279, ReadWhole([.. Id3(3000), .. Flac(3 * 4096)]).Audio?.DurationMs);
        var aac = ReadWhole([.. Id3(10), 0xFF, 0xF1, 0x50, 0x80, .. new byte[500]]);
        Assert.Equal((MediaType.Unknown, "mp3:unknown_type"), (aac.Type, Codes(aac)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cover_of_five_megabytes_costs_nothing(bool isCounted)
    {
        byte[] head = isCounted ? [.. Frame("Xing", 60_000, 60_001 * 417), .. Frames(99)] : Frames(100);
        var file = new SparseFile(30_000_000);
        file.Put(0, Id3(5_000_000)[..10]);
        file.Put(5_000_010, head);

        var metadata = file.Read(out var fetched);

        Assert.Equal(isCounted ? 1_567_347 : 1_566_093, metadata.Audio?.DurationMs);
        Assert.True(fetched.Count <= 3, string.Join(' ', fetched));
    }

    private static void AssertSound(byte[] file, int milliseconds, int bitrate)
    {
        var metadata = ReadWhole(file);
        Assert.Equal("", Codes(metadata));
        Assert.Equal(
            new AudioData { DurationMs = milliseconds, BitrateBps = bitrate, SampleRateHz = 44100, Channels = 2 },
            metadata.Audio);
        Assert.Equal(Describe(metadata), Describe(ReadByRanges(file, out _)));
    }

    private static (long? Milliseconds, string Codes) Told(byte[] file) =>
        (ReadWhole(file).Audio?.DurationMs, Codes(ReadWhole(file)));
}
