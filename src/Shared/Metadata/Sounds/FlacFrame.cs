using System.Buffers.Binary;
using System.Numerics;

namespace PhotoLambda.Metadata;

/// <summary>Finds the last frame of a FLAC by its header (RFC 9639, 9.1), which has a checksum of its own.</summary>
internal static class FlacFrame
{
    /// <summary>The longest header but its checksum: 4 bytes, 7 of number, 2 of block size, 2 of rate.</summary>
    private const int Longest = 15;

    /// <returns>The number of samples up to the end of the last frame that starts here; null where none does.</returns>
    public static long? LastSample(ReadOnlySpan<byte> tail, FlacInfo info)
    {
        for (var at = tail.LastIndexOf((byte)0xFF); at >= 0; at = tail[..at].LastIndexOf((byte)0xFF))
        {
            if (TryRead(tail[at..], info, out var end))
            {
                return end;
            }
        }

        return null;
    }

    private static bool TryRead(ReadOnlySpan<byte> bytes, FlacInfo info, out long end)
    {
        end = 0;
        if (bytes.Length < 6 || (bytes[1] & 0xFE) != 0xF8 || !IsOfStream(bytes, info))
        {
            return false;
        }

        var hasSampleNumber = (bytes[1] & 1) != 0;
        var at = 4;
        if (!TryNumber(bytes, ref at, out var number) || bytes.Length < at + 5)
        {
            return false;
        }

        var size = BlockSize(bytes, ref at);
        at += (bytes[2] & 15) switch { 12 => 1, 13 or 14 => 2, _ => 0 };
        end = (hasSampleNumber ? number : number * info.BlockSize) + size;
        return size > 0 && at < Math.Min(bytes.Length, Longest + 1) && Crc8(bytes[..at]) == bytes[at];
    }

    /// <summary>Whether channels and bits are those of the stream; a header may also leave the bits to it.</summary>
    private static bool IsOfStream(ReadOnlySpan<byte> bytes, FlacInfo info)
    {
        var channels = (bytes[3] >> 4) switch { < 8 and var code => code + 1, <= 10 => 2, _ => 0 };
        ReadOnlySpan<byte> sizes = [0, 8, 12, 0, 16, 20, 24, 32];
        var size = (bytes[3] >> 1) & 7;
        var bits = size == 0 ? info.Bits : sizes[size];
        return channels == info.Channels && bits == info.Bits && (bytes[3] & 1) == 0 && (bytes[2] & 15) != 15;
    }

    /// <summary>A number as UTF-8 writes one, but up to 36 bits.</summary>
    private static bool TryNumber(ReadOnlySpan<byte> bytes, ref int at, out long number)
    {
        var first = bytes[at++];
        var more = first < 0x80 ? 0 : BitOperations.LeadingZeroCount((uint)(byte)~first << 24) - 1;
        number = more == 0 ? first : first & (0x3F >> more);
        if (more > 6 || (more == 0 && first >= 0x80) || bytes.Length < at + more)
        {
            return false;
        }

        for (; more > 0; more--)
        {
            if ((bytes[at] & 0xC0) != 0x80)
            {
                return false;
            }

            number = (number << 6) | (uint)(bytes[at++] & 0x3F);
        }

        return true;
    }

    private static int BlockSize(ReadOnlySpan<byte> bytes, ref int at)
    {
        switch (bytes[2] >> 4)
        {
            case 0:
                return 0;
            case 1:
                return 192;
            case var code and <= 5:
                return 144 << code;
            case 6:
                return bytes[at++] + 1;
            case 7:
                at += 2;
                return BinaryPrimitives.ReadUInt16BigEndian(bytes[(at - 2)..]) + 1;
            case var code:
                return 1 << code;
        }
    }

    private static byte Crc8(ReadOnlySpan<byte> bytes)
    {
        var crc = 0;
        foreach (var octet in bytes)
        {
            crc ^= octet;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x80) == 0 ? crc << 1 : (crc << 1) ^ 0x107;
            }
        }

        return (byte)crc;
    }
}
