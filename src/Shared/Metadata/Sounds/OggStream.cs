using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>What the first packet of a stream says of its sound.</summary>
/// <param name="Rate">Of the positions in pages; Opus always counts 48,000 a second (RFC 7845, 4).</param>
/// <param name="PreSkip">Samples that Opus needs to settle and that are not played (RFC 7845, 4.2).</param>
/// <param name="MostPerPacket">Samples that one packet can hold.</param>
internal readonly record struct OggStream(uint Serial, uint Rate, int Channels, int PreSkip, int MostPerPacket)
{
    private const int OpusRate = 48_000, OpusPacket = 5_760, VorbisPacket = 8_192;

    // A packet that began on earlier pages may end here too.
    public long MostSamples(OggPage page) => (page.Packets + 1L) * MostPerPacket;

    /// <returns>Null where the stream is neither Vorbis (I, 4.2.2) nor Opus (RFC 7845, 5.1).</returns>
    public static OggStream? Read(ReadOnlySpan<byte> packet, uint serial)
    {
        if (packet.Length >= 30 && packet.StartsWith("\u0001vorbis\0\0\0\0"u8))
        {
            var rate = BinaryPrimitives.ReadUInt32LittleEndian(packet[12..]);
            return new OggStream(serial, rate, packet[11], 0, VorbisPacket);
        }

        // A version's upper four bits are those that break with what was before.
        if (packet.Length >= 19 && packet.StartsWith("OpusHead"u8) && packet[8] < 16)
        {
            var skip = BinaryPrimitives.ReadUInt16LittleEndian(packet[10..]);
            return new OggStream(serial, OpusRate, packet[9], skip, OpusPacket);
        }

        return null;
    }

    /// <summary>Theora, Dirac, Daala, VP8, and the video of an OGM.</summary>
    public static bool IsVideo(ReadOnlySpan<byte> packet) =>
        packet.StartsWith("BBCD\0"u8) || packet.StartsWith("OVP80"u8) || packet.StartsWith("\u0001video"u8)
        || (packet is [0x80, ..] && (packet[1..].StartsWith("theora"u8) || packet[1..].StartsWith("daala"u8)));
}
