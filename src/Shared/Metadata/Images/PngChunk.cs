using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>Names, framing and checksum of PNG chunks (W3C PNG third edition, 5.3 to 5.5).</summary>
internal static class PngChunk
{
    public const uint Ihdr = 0x49484452, Idat = 0x49444154, Iend = 0x49454E44, Exif = 0x65584966;

    /// <summary>Length and type before the data.</summary>
    public const int Header = 8;

    /// <summary>Header, and the checksum after the data.</summary>
    public const int Framing = 12;

    private static readonly uint[] Table = CrcTable();

    /// <param name="chunk">A whole chunk, from its length to its checksum.</param>
    public static bool IsIntact(ReadOnlySpan<byte> chunk) =>
        Checksum(chunk[4..^4]) == BinaryPrimitives.ReadUInt32BigEndian(chunk[^4..]);

    /// <param name="content">A chunk's type and data.</param>
    public static uint Checksum(ReadOnlySpan<byte> content)
    {
        var crc = uint.MaxValue;
        foreach (var octet in content)
        {
            crc = Table[(byte)(crc ^ octet)] ^ (crc >> 8);
        }

        return ~crc;
    }

    /// <summary>A chunk type is four ASCII letters.</summary>
    public static bool IsName(uint type)
    {
        for (var shift = 0; shift < 32; shift += 8)
        {
            if (!char.IsAsciiLetter((char)(byte)(type >> shift)))
            {
                return false;
            }
        }

        return true;
    }

    private static uint[] CrcTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : 0xEDB88320 ^ (crc >> 1);
            }

            table[i] = crc;
        }

        return table;
    }
}
