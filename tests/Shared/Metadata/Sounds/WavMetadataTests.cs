using PhotoLambda.Metadata;
using static PhotoLambda.Tests.AudioBuilder;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

public class WavMetadataTests
{
    private static readonly byte[] Second = RiffChunk("data", new byte[32_000]);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    public void Plain_samples_are_counted_by_bytes(int tag)
    {
        var metadata = ReadWhole(Wav(WavFormat(tag), chunks: [RiffChunk("LIST", new byte[33]), Second]));

        Assert.Empty(metadata.Errors);
        Assert.Equal(
            new AudioData { DurationMs = 1000, BitrateBps = 256_000, SampleRateHz = 8000, Channels = 2 },
            metadata.Audio);
    }

    [Fact]
    public void An_extensible_format_names_its_samples_by_GUID()
    {
        byte[] format = [.. WavFormat(0xFFFE), 22, 0, 16, 0, 3, 0, 0, 0, 1, 0, .. new byte[14]];

        Assert.Equal((1000, ""), Told(Wav(format, chunks: Second)));
    }

    [Fact]
    public void Compressed_samples_are_counted_by_fact()
    {
        var format = WavFormat(2, byteRate: 16_000, block: 512);
        var data = RiffChunk("data", new byte[16_000]);

        Assert.Equal((1000, ""), Told(Wav(format, chunks: [data])));
        Assert.Equal((990, ""), Told(Wav(format, chunks: [RiffChunk("fact", Little(7920, 4)), data])));
        Assert.Equal((1000, ""), Told(Wav(format, chunks: [RiffChunk("fact", Little(0, 4)), data])));
        Assert.Equal((1000, ""), Told(Wav(format, chunks: [RiffChunk("fact", Little(uint.MaxValue, 4)), data])));
    }

    [Theory]
    [InlineData("RF64")]
    [InlineData("BW64")]
    public void A_length_of_64_bits_is_in_ds64(string form)
    {
        var data = RiffChunk("data", new byte[32_000], uint.MaxValue);
        byte[] ds64 = RiffChunk("ds64", [.. Little(0, 8), .. Little(32_000, 8), .. Little(8000, 8), 0, 0, 0, 0]);
        var file = Wav(null, form, ds64, data, RiffChunk("LIST", new byte[9000]));

        Assert.Equal((1000, ""), Told(file));
        Assert.Equal(MediaType.Wav, ReadWhole(file).Type);
    }

    [Fact]
    public void An_unsaid_length_is_what_follows()
    {
        Assert.Equal((1000, "wav:bad_length"), Told(Wav(chunks: RiffChunk("data", new byte[32_000], uint.MaxValue))));
        Assert.Equal((1000, "wav:bad_length"), Told(Wav(chunks: RiffChunk("data", new byte[32_000], 0))));
        Assert.Equal((0, ""), Told(Wav(chunks: RiffChunk("data", []))));
        Assert.Equal((0, "wav:bad_length"), Told(Wav(
            null, "RF64", RiffChunk("ds64", [.. new byte[8], .. Little(-5, 8), .. new byte[12]]),
            RiffChunk("data", [], uint.MaxValue))));
    }

    [Fact]
    public void A_length_beyond_the_file_is_truncated()
    {
        Assert.Equal((500, "wav:truncated"), Told(Wav(chunks: Second)[..^16_000]));
        Assert.Equal((null, "wav:truncated"), Told(Wav(chunks: RiffChunk("LIST", [1, 2], 500))));
        Assert.Equal((null, "wav:truncated"), Told(Wav(chunks: [])));
    }

    [Fact]
    public void Broken_chunks_are_told()
    {
        Assert.Equal((null, "wav:bad_length"), Told(Wav([1, 0, 2, 0], chunks: Second)));
        Assert.Equal((null, "wav:bad_length"), Told(Wav(chunks: [RiffChunk("fact", [1, 0]), Second])));
        Assert.Equal((null, "wav:bad_structure"), Told([.. Wav()[..12], .. Second]));
        Assert.Equal((null, "wav:bad_header"), Told(Wav(WavFormat(block: 0), chunks: Second)));
        Assert.Equal((null, "wav:bad_header"), Told(Wav(WavFormat(2, byteRate: 0), chunks: Second)));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(4_000_000_000, 2)]
    [InlineData(8000, 0)]
    [InlineData(8000, 300)]
    public void A_rate_or_channels_that_cannot_be_are_unknown(long rate, int channels)
    {
        var metadata = ReadWhole(Wav(WavFormat(rate: rate, channels: channels, block: 600), chunks: Second));

        Assert.Equal("wav:out_of_range", Codes(metadata));
        Assert.Equal(rate == 8000, metadata.Audio?.Channels is null);
        Assert.Equal(rate != 8000, metadata.Audio?.SampleRateHz is null);
    }

    [Fact]
    public void A_length_of_more_than_a_year_is_unknown()
    {
        var metadata = ReadWhole(Wav(WavFormat(2, rate: 1, byteRate: 1), chunks: [
            RiffChunk("fact", Little(40_000_000, 4)), RiffChunk("data", new byte[400_000])]));

        Assert.Equal((null, "wav:out_of_range"), (metadata.Audio?.DurationMs, Codes(metadata)));
    }

    [Fact]
    public void Too_many_chunks_end_the_reading()
    {
        byte[] chunks = [.. Enumerable.Repeat(RiffChunk("junk", []), 6001).SelectMany(c => c)];

        Assert.Equal((null, "wav:too_many_segments"), Told(Wav(chunks: [chunks, Second])));
    }

    [Fact]
    public void A_cover_of_five_megabytes_costs_nothing()
    {
        var start = Wav(chunks: RiffChunk("id3 ", [], 5_000_000));
        var file = new SparseFile(30_000_000);
        file.Put(0, start);
        file.Put(start.Length + 5_000_000, RiffChunk("data", [], 24_000_000));

        Assert.Equal(750_000, file.Read(out var fetched).Audio?.DurationMs);
        Assert.True(fetched.Count <= 3);
    }

    private static (long? Milliseconds, string Codes) Told(byte[] file) =>
        (ReadWhole(file).Audio?.DurationMs, Codes(ReadWhole(file)));
}
