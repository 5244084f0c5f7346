using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>Finds the AudioSpecificConfig (ISO 14496-3, 1.6.2.1) of an <c>esds</c> box (ISO 14496-1, 7.2.6).</summary>
internal static class Mp4Descriptors
{
    private const byte Stream = 3, Decoder = 4, Specific = 5;

    /// <summary>Object types: band replication doubles the rate; with parametric stereo, one channel too.</summary>
    private const int Sbr = 5, ParametricStereo = 29, Escape = 31;

    private static ReadOnlySpan<int> Rates =>
        [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];

    /// <param name="box">The content of <c>esds</c>.</param>
    /// <param name="config">Channels are 0 where the sound itself describes them.</param>
    public static bool TryRead(ReadOnlySpan<byte> box, out (int Rate, int Channels) config)
    {
        config = default;
        var rest = box.Length > 4 ? box[4..] : default;
        while (TryDescriptor(ref rest, out var tag, out var content))
        {
            if (tag == Specific)
            {
                return TryConfig(content, out config);
            }

            // Descriptors lie in one another, behind a few fields.
            var fields = tag == Stream ? StreamFields(content) : tag == Decoder ? 13 : content.Length;
            if (tag is Stream or Decoder)
            {
                rest = content[Math.Min(fields, content.Length)..];
            }
        }

        return false;
    }

    private static bool TryDescriptor(scoped ref ReadOnlySpan<byte> rest, out byte tag, out ReadOnlySpan<byte> content)
    {
        tag = 0;
        content = default;
        var (length, at, more) = (0, 1, true);
        for (; more && at < Math.Min(rest.Length, 5); at++)
        {
            length = (length << 7) | (rest[at] & 0x7F);
            more = (rest[at] & 0x80) != 0;
        }

        if (more || length > rest.Length - at)
        {
            return false;
        }

        tag = rest[0];
        content = rest.Slice(at, length);
        rest = rest[(at + length)..];
        return true;
    }

    private static int StreamFields(ReadOnlySpan<byte> content)
    {
        if (content.Length < 4)
        {
            return content.Length;
        }

        var flags = content[2];
        var url = (flags & 0x40) != 0 ? 1 + content[3] : 0;
        return 3 + ((flags & 0x80) != 0 ? 2 : 0) + url + ((flags & 0x20) != 0 ? 2 : 0);
    }

    private static bool TryConfig(ReadOnlySpan<byte> bytes, out (int Rate, int Channels) config)
    {
        // All that is read fits in 64 bits; bits that are not there read as 0.
        Span<byte> padded = stackalloc byte[8];
        padded.Clear();
        bytes[..Math.Min(8, bytes.Length)].CopyTo(padded);
        var bits = BinaryPrimitives.ReadUInt64BigEndian(padded);
        var type = Take(ref bits, 5);
        type = type == Escape ? 32 + Take(ref bits, 6) : type;
        var rate = Rate(ref bits);
        var channels = Take(ref bits, 4);
        channels = channels == 7 ? 8 : channels;
        if (type is Sbr or ParametricStereo)
        {
            rate = Rate(ref bits);
            channels = type == ParametricStereo && channels == 1 ? 2 : channels;
        }

        config = (rate, channels);
        return type > 0 && rate > 0;
    }

    private static int Rate(ref ulong bits)
    {
        var index = Take(ref bits, 4);
        return index == 15 ? Take(ref bits, 24) : index < Rates.Length ? Rates[index] : 0;
    }

    private static int Take(ref ulong bits, int count)
    {
        var value = (int)(bits >> (64 - count));
        bits <<= count;
        return value;
    }
}
