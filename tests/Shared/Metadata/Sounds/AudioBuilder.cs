using System.Buffers.Binary;
using System.Text;

namespace PhotoLambda.Tests;

/// <summary>Makes small sound files of chosen lengths, field by field. The sound in them is silence.</summary>
internal static class AudioBuilder
{
    /// <summary>A frame of 128 kbit/s at 44.1 kHz in stereo: 417 bytes, 26.12 ms.</summary>
    public static byte[] Frame(string? name = null, uint frames = 0, uint bytes = 0)
    {
        byte[] frame = [0xFF, 0xFB, 0x90, 0x04, .. new byte[413]];
        if (name is not null)
        {
            Encoding.ASCII.GetBytes(name).CopyTo(frame, 36);
            var (flagsAt, framesAt, bytesAt) = name == "VBRI" ? (40, 50, 46) : (40, 44, 48);
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(flagsAt), name == "VBRI" ? 0x00010000u : 3);
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(framesAt), frames);
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(bytesAt), bytes);
        }

        return frame;
    }

    public static byte[] Frames(int count) => [.. Enumerable.Repeat(Frame(), count).SelectMany(f => f)];

    /// <param name="length">Of the tag's content.</param>
    public static byte[] Id3(int length, bool hasFooter = false) =>
        [
            .. "ID3\u0004\0"u8, (byte)(hasFooter ? 0x10 : 0),
            (byte)(length >> 21), (byte)((length >> 14) & 127), (byte)((length >> 7) & 127), (byte)(length & 127),
            .. new byte[length + (hasFooter ? 10 : 0)],
        ];

    public static byte[] Id3v1() => [.. "TAG"u8, .. new byte[125]];

    public static byte[] Ape(int length) =>
        [
            .. "APETAGEX"u8, .. new byte[24], .. new byte[length],
            .. "APETAGEX"u8, .. Little(2000, 4), .. Little(length + 32, 4), 0, 0, 0, 0, 0, 0, 0, 0x80, .. new byte[8],
        ];

    public static byte[] Wav(byte[]? format = null, string form = "RIFF", params byte[][] chunks) =>
        [
            .. Encoding.ASCII.GetBytes(form), .. Little(100, 4), .. "WAVE"u8,
            .. RiffChunk("fmt ", format ?? WavFormat()), .. chunks.SelectMany(c => c),
        ];

    public static byte[] WavFormat(
        int tag = 1, int channels = 2, long rate = 8000, long byteRate = 32000, int block = 4) =>
        [
            .. Little(tag, 2), .. Little(channels, 2), .. Little(rate, 4), .. Little(byteRate, 4), .. Little(block, 2),
            .. Little(16, 2),
        ];

    /// <param name="length">What the chunk says of itself, where that is not so.</param>
    public static byte[] RiffChunk(string name, byte[] content, long? length = null) =>
        [
            .. Encoding.ASCII.GetBytes(name), .. Little(length ?? content.Length, 4),
            .. content, .. new byte[content.Length & 1],
        ];

    /// <param name="blocks">Metadata behind STREAMINFO, each with its header.</param>
    /// <param name="frames">The sound; 4,096 samples each of 44.1 kHz, stereo, 16 bits.</param>
    public static byte[] Flac(long samples, byte[]? blocks = null, byte[]? frames = null)
    {
        var packed = (44100UL << 44) | (1UL << 41) | (15UL << 36) | (ulong)samples;
        byte[] info = [.. Big(4096, 2), .. Big(4096, 2), .. new byte[6], .. Big((long)packed, 8), .. new byte[16]];
        var first = FlacBlock(0, info, isLast: blocks is null);
        return [.. "fLaC"u8, .. first, .. blocks ?? [], .. frames ?? FlacFrames(0, 3)];
    }

    public static byte[] FlacBlock(int type, byte[] content, bool isLast) =>
        [(byte)(type | (isLast ? 0x80 : 0)), .. Big(content.Length, 3), .. content];

    public static byte[] FlacFrames(int first, int count) =>
        [.. Enumerable.Range(first, count).SelectMany(n => FlacFrame([0xFF, 0xF8, 0xC9, 0x18, .. Utf8(n)]))];

    /// <param name="header">Without its checksum, which is added.</param>
    public static byte[] FlacFrame(byte[] header)
    {
        var crc = 0;
        foreach (var octet in header)
        {
            crc ^= octet;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc << 1) ^ ((crc & 0x80) == 0 ? 0 : 0x107);
            }
        }

        return [.. header, (byte)crc, .. new byte[50]];
    }

    /// <summary>As UTF-8 writes a character of that number.</summary>
    public static byte[] Utf8(int number) => Encoding.UTF8.GetBytes(char.ConvertFromUtf32(number));

    public static byte[] Little(long value, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (byte)(value >> (8 * i)))];

    public static byte[] Big(long value, int count) => [.. Little(value, count).Reverse()];
}
