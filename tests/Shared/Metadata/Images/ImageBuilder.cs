using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace PhotoLambda.Tests;

/// <summary>Makes small, valid, decodable JPEG and PNG files of a chosen size in pixels and in bytes.</summary>
public static class ImageBuilder
{
    // Class and number, codes per length (ITU-T T.81, C.2), symbols: DC 00 is "no step" and 01 "a step of one bit";
    // AC 0 is "end of block".
    private static readonly byte[] DcTable = [0x00, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    private static readonly byte[] AcTable = [0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>A grey baseline JPEG, decodable by any decoder.</summary>
    /// <param name="exif">An EXIF block (<see cref="ExifBuilder"/>) of at most 65,527 bytes.</param>
    /// <param name="length">Exact length of the file in bytes; filled up by COM segments behind the scan.</param>
    /// <param name="before">Whole segments to go before the frame header; see <see cref="Segment"/>.</param>
    /// <param name="after">Whole segments to go between the frame header and the scan.</param>
    public static byte[] Jpeg(
        int width = 64, int height = 48, byte[]? exif = null, int? length = null,
        byte[]? before = null, byte[]? after = null)
    {
        var file = new List<byte> { 0xFF, 0xD8 };
        if (exif is not null)
        {
            file.AddRange(ExifSegment(exif));
        }

        file.AddRange(before ?? []);
        file.AddRange(Segment(0xDB, [0, .. Enumerable.Repeat((byte)16, 64)]));
        file.AddRange(Segment(
            0xC0, [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0]));
        file.AddRange(after ?? []);
        file.AddRange(Segment(0xC4, DcTable));
        file.AddRange(Segment(0xC4, AcTable));
        file.AddRange(Segment(0xDA, [1, 1, 0, 0, 63, 0]));
        file.AddRange(Scan(((width + 7) / 8) * ((height + 7) / 8)));
        FillUp(file, (length ?? file.Count + 2) - 2);
        file.AddRange([0xFF, 0xD9]);
        return [.. file];
    }

    /// <summary>A grey 8-bit PNG, decodable by any decoder.</summary>
    /// <param name="exif">An EXIF block from its TIFF header on.</param>
    /// <param name="exifLast">Whether the eXIf chunk goes behind the image data.</param>
    /// <param name="length">Exact length of the file in bytes; filled up by a private chunk before the end.</param>
    /// <param name="dataChunk">Bytes of image data per IDAT chunk.</param>
    public static byte[] Png(
        int width = 64, int height = 48, byte[]? exif = null, bool exifLast = false, int? length = null,
        int dataChunk = int.MaxValue)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        var file = new List<byte> { 0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10 };
        file.AddRange(Chunk("IHDR", header));
        var metadata = exif is null ? [] : Chunk("eXIf", exif);
        file.AddRange(exifLast ? [] : metadata);
        foreach (var data in Deflate(new byte[(width + 1) * height]).Chunk(dataChunk))
        {
            file.AddRange(Chunk("IDAT", data));
        }

        file.AddRange(exifLast ? metadata : []);
        if (length is { } wanted)
        {
            file.AddRange(Chunk("fiLl", Noise(wanted - file.Count - 24)));
        }

        file.AddRange(Chunk("IEND", []));
        return [.. file];
    }

    /// <summary>One JPEG marker segment: marker, length, data of at most 65,533 bytes.</summary>
    public static byte[] Segment(byte marker, byte[] data) =>
        [0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data];

    public static byte[] ExifSegment(byte[] exif) => Segment(0xE1, [.. "Exif\0\0"u8, .. exif]);

    /// <summary>One PNG chunk: length, type, data, checksum.</summary>
    public static byte[] Chunk(string type, byte[] data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type).CopyTo(chunk, 4);
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc(chunk.AsSpan(4..^4)));
        return chunk;
    }

    /// <summary>Blocks whose brightness goes up and down by one.</summary>
    private static List<byte> Scan(int blocks)
    {
        var scan = new List<byte>();
        uint bits = 0;
        var held = 0;
        for (var block = 0; block < blocks; block++)
        {
            // A step (01), upwards (1) or downwards (0), end of block (0).
            bits = (bits << 4) | (block % 2 == 0 ? 0b0110u : 0b0100u);
            held += 4;
            if (held == 8)
            {
                scan.Add((byte)bits);
                held = 0;
            }
        }

        if (held > 0)
        {
            scan.Add((byte)((bits << 4) | 0xF));
        }

        return scan;
    }

    private static void FillUp(List<byte> file, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, file.Count);
        while (length - file.Count >= 4)
        {
            file.AddRange(Segment(0xFE, Noise(Math.Min(length - file.Count - 4, 65_533))));
        }

        // Any marker may have fill bytes before it (T.81, B.1.1.2).
        file.AddRange(Enumerable.Repeat((byte)0xFF, length - file.Count));
    }

    /// <returns>Bytes that do not compress and, as in a scan, hold no marker.</returns>
    private static byte[] Noise(int count)
    {
        var noise = new byte[count];
        for (uint i = 0, state = 2463534242; i < noise.Length; i++)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            noise[i] = (byte)(state % 255);
        }

        return noise;
    }

    private static byte[] Deflate(byte[] data)
    {
        using var compressed = new MemoryStream();
        using (var deflate = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(data);
        }

        return compressed.ToArray();
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var octet in bytes)
        {
            crc ^= octet;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (0u - (crc & 1)));
            }
        }

        return ~crc;
    }
}
