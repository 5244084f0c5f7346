using System.Buffers.Binary;
using System.Text;

namespace PhotoLambda.Tests;

/// <summary>Makes WebP and GIF files of chunks and blocks, without a picture that decodes.</summary>
internal static class WebPBuilder
{
    /// <param name="claimed">The length of the RIFF form, where it is to be another than the true one.</param>
    public static byte[] File(byte[][] chunks, int? claimed = null)
    {
        var body = chunks.SelectMany(c => c).ToArray();
        return [.. "RIFF"u8, .. U32(claimed ?? body.Length + 4), .. "WEBP"u8, .. body];
    }

    public static byte[] Chunk(string type, byte[] data) =>
        [.. Encoding.ASCII.GetBytes(type), .. U32(data.Length), .. data, .. new byte[data.Length & 1]];

    /// <param name="flags">8 announces EXIF, 2 an animation (RFC 9649, 2.7).</param>
    public static byte[] Extended(int width, int height, byte flags = 8) =>
        Chunk("VP8X", [flags, 0, 0, 0, .. U32(width - 1)[..3], .. U32(height - 1)[..3]]);

    public static byte[] Lossy(int width, int height, int length = 100) => Chunk("VP8 ",
        [0x10, 0, 0, 0x9D, 0x01, 0x2A, .. U32(width)[..2], .. U32(height)[..2], .. new byte[length]]);

    public static byte[] Lossless(int width, int height, int length = 100) =>
        Chunk("VP8L", [0x2F, .. U32((width - 1) | ((height - 1) << 14)), .. new byte[length]]);

    public static byte[] Frame(int length) => Chunk("ANMF", new byte[length]);

    /// <summary>A picture of 640 x 480 with EXIF.</summary>
    public static byte[] WithExif(byte[] exif, int length = 100) =>
        File([Extended(640, 480), Lossy(640, 480, length), Chunk("EXIF", exif)]);

    /// <summary>A GIF with a color table, a comment, one frame and its trailer.</summary>
    public static byte[] Gif(int width = 640, int height = 480, int dataBlocks = 1) =>
        [
            .. "GIF89a"u8, .. U32(width)[..2], .. U32(height)[..2], 0x80, 0, 0, .. new byte[6],
            0x21, 0xFE, 2, (byte)'H', (byte)'i', 0,
            0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0x80, .. new byte[6], 2,
            .. Enumerable.Repeat((byte[])[2, 0x4C, 1], dataBlocks).SelectMany(b => b), 0,
            0x3B,
        ];

    public static byte[] U32(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return bytes;
    }
}
