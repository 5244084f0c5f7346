using PhotoLambda.Metadata;
using static PhotoLambda.Tests.AudioBuilder;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

public class FlacMetadataTests
{
    [Fact]
    public void STREAMINFO_says_all_but_the_bitrate()
    {
        var metadata = ReadWhole(Flac(3 * 4096));

        Assert.Empty(metadata.Errors);
        Assert.Equal(
            new AudioData { DurationMs = 279, BitrateBps = 4823, SampleRateHz = 44100, Channels = 2 }, metadata.Audio);
    }

    [Fact]
    public void Samples_that_an_encoder_did_not_count_are_in_the_last_frame()
    {
        Assert.Equal((279, ""), Told(Flac(0)));
        Assert.Equal((1_857_596, ""), Told(Flac(0, frames: FlacFrames(19_990, 10))));
        Assert.Equal((null, "flac:bad_structure"), Told(Flac(0, frames: new byte[100])));
    }

    [Theory]
    [InlineData("FFF8191800", 192)]
    [InlineData("FFF8591800", 4608)]
    [InlineData("FFF86918000F", 16)]
    [InlineData("FFF87918000FFF", 4096)]
    [InlineData("FFF8F91800", 32_768)]
    [InlineData("FFF87C180003E72C", 1000)]
    [InlineData("FFF87D180003E71234", 1000)]
    [InlineData("FFF9C918C280", 4224)]
    [InlineData("FFF9C918E88080", 36_864)]
    [InlineData("FFF9C918FE8080808180", null)]
    [InlineData("FFF9C918FE808080818080", 8192)]
    public void Block_sizes_and_numbers_are_read_in_every_form(string header, int? samples)
    {
        var metadata = ReadWhole(Flac(0, frames: FlacFrame(Convert.FromHexString(header))));

        Assert.Equal(samples is null ? null : (long?)Math.Round(samples.Value / 44.1), metadata.Audio?.DurationMs);
    }

    [Theory]
    [InlineData("FFF8091800")]
    [InlineData("FFF8CF1800")]
    [InlineData("FFF8C90800")]
    [InlineData("FFF8C91900")]
    [InlineData("FFF8C9B800")]
    [InlineData("FFF8C91880")]
    [InlineData("FFF8C918FF")]
    [InlineData("FFF8C918C000")]
    [InlineData("FFFAC91800")]
    public void What_only_looks_like_a_frame_is_none(string header)
    {
        Assert.Equal((null, "flac:bad_structure"), Told(Flac(0, frames: FlacFrame(Convert.FromHexString(header)))));
    }

    [Fact]
    public void A_frame_with_a_wrong_checksum_is_none()
    {
        var frames = FlacFrames(0, 1);
        frames[5] ^= 1;

        Assert.Equal((null, "flac:bad_structure"), Told(Flac(0, frames: frames)));
    }

    [Fact]
    public void A_file_that_lost_its_end_is_truncated()
    {
        Assert.Equal((929, "flac:truncated"), Told(Flac(10 * 4096)));
        Assert.Equal((929, "flac:truncated"), Told(Flac(10 * 4096, FlacBlock(1, new byte[500], isLast: true))[..300]));
        Assert.Equal((null, "flac:truncated"), Told(Flac(10 * 4096)[..30]));
    }

    [Fact]
    public void A_first_block_of_another_kind_is_told()
    {
        var file = Flac(4096);
        file[4] = 0x84;

        Assert.Equal((null, "flac:bad_structure"), Told(file));
    }

    [Fact]
    public void Too_many_blocks_end_the_reading()
    {
        byte[] blocks = [.. Enumerable.Repeat(FlacBlock(1, [], isLast: false), 6001).SelectMany(b => b)];

        Assert.Equal((279, "flac:too_many_segments"), Told(Flac(3 * 4096, blocks)));
    }

    [Fact]
    public void A_cover_of_five_megabytes_costs_nothing()
    {
        var start = Flac(2 * 44100, FlacBlock(6, [], isLast: false), []);
        start.AsSpan()[^3..].Fill(0x4C);
        var file = new SparseFile(30_000_000);
        file.Put(0, start);
        file.Put(start.Length + 0x4C4C4C, FlacBlock(1, new byte[10], isLast: true));
        file.Put(29_990_000, FlacFrames(20, 2));

        var metadata = file.Read(out var fetched);

        Assert.Equal((2000, ""), (metadata.Audio?.DurationMs, Codes(metadata)));
        Assert.True(fetched.Count <= 3);
    }

    private static (long? Milliseconds, string Codes) Told(byte[] file) =>
        (ReadWhole(file).Audio?.DurationMs, Codes(ReadWhole(file)));
}
