using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>STREAMINFO, RFC 9639, 8.2.</summary>
/// <param name="BlockSize">Samples of a frame, where all but the last have as many.</param>
/// <param name="MaxFrame">Bytes of the longest frame; 0 where that is not said.</param>
/// <param name="Bits">Of one sample.</param>
/// <param name="Samples">Of one channel; 0 where that is not said.</param>
internal readonly record struct FlacInfo(int BlockSize, int MaxFrame, int Rate, int Channels, int Bits, long Samples)
{
    public static FlacInfo Read(ReadOnlySpan<byte> info)
    {
        // 20 bits of rate, 3 of channels, 5 of bits, 36 of samples.
        var packed = BinaryPrimitives.ReadUInt64BigEndian(info[10..]);
        return new FlacInfo(
            BinaryPrimitives.ReadUInt16BigEndian(info[2..]),
            (int)(BinaryPrimitives.ReadUInt32BigEndian(info[6..]) & 0xFFFFFF),
            (int)(packed >> 44),
            (int)((packed >> 41) & 7) + 1,
            (int)((packed >> 36) & 31) + 1,
            (long)(packed & 0xFFFFFFFFF));
    }
}
