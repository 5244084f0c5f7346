using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>
/// Reads the logical screen of a GIF (GIF89a, 18). Its blocks are chains of at most 255 bytes that cannot be stepped
/// over, so only a file that comes whole with its head is walked to see whether it has an end.
/// </summary>
internal sealed class GifReader(Reading reading)
{
    private const byte Extension = 0x21, Image = 0x2C, Trailer = 0x3B;

    /// <summary>Signature and logical screen descriptor.</summary>
    private const int Header = 13;

    public void Read()
    {
        if (!reading.TryRead(0, Header, out var screen))
        {
            return;
        }

        var height = BinaryPrimitives.ReadUInt16LittleEndian(screen[8..]);
        reading.Dimensions(BinaryPrimitives.ReadUInt16LittleEndian(screen[6..]), height);
        var length = reading.Window.Length;
        if (length <= reading.Limits.HeadBytes && reading.TryRead(0, (int)length, out var file))
        {
            Walk(file);
        }
    }

    private void Walk(ReadOnlySpan<byte> file)
    {
        var at = Header + ColorTable(file[10]);
        while (at < file.Length && file[at] is Extension or Image)
        {
            at = file[at] == Extension ? EndOfData(file, at + 2) : EndOfImage(file, at);
        }

        if (at >= file.Length)
        {
            reading.Error(MetadataCode.Truncated, $"ends at {file.Length} without a trailer");
        }
        else if (file[at] != Trailer)
        {
            reading.Error(MetadataCode.BadStructure, $"block {file[at]:X2} at {at}");
        }
    }

    /// <summary>Descriptor of 10 bytes, local color table, code size, data (20 to 22).</summary>
    private static int EndOfImage(ReadOnlySpan<byte> file, int at) =>
        at + 9 < file.Length ? EndOfData(file, at + 10 + ColorTable(file[at + 9]) + 1) : file.Length;

    private static int EndOfData(ReadOnlySpan<byte> file, int at)
    {
        while (at < file.Length && file[at] != 0)
        {
            at += file[at] + 1;
        }

        return at + 1;
    }

    /// <returns>Bytes of the color table that the packed field announces.</returns>
    private static int ColorTable(byte packed) => (packed & 0x80) == 0 ? 0 : 3 << ((packed & 7) + 1);
}
