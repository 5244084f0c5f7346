namespace PhotoLambda.Metadata;

/// <summary>The header of a frame of layer III: ISO 11172-3, 2.4.1.3; for lower rates ISO 13818-3, 2.4.2.3.</summary>
/// <param name="IsMpeg1">False for MPEG-2 and for its unofficial extension to 8 kHz, MPEG 2.5.</param>
/// <param name="Bitrate">Bits per second.</param>
/// <param name="Length">Bytes, with the header.</param>
internal readonly record struct Mp3Frame(bool IsMpeg1, int Rate, int Channels, int Bitrate, int Length)
{
    public const int Header = 4;

    /// <summary>The shortest frame: 8 kbit/s at 24 kHz. No count of frames can be larger than bytes justify.</summary>
    public const int LeastLength = 24;

    // In 8 kbit/s, by the header's four bits; 0 is free format, which names no bitrate, 15 is forbidden.
    private static ReadOnlySpan<byte> Mpeg1Bitrates => [0, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 0];

    private static ReadOnlySpan<byte> Mpeg2Bitrates => [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 18, 20, 0];

    /// <summary>Per channel.</summary>
    public int Samples => IsMpeg1 ? 1152 : 576;

    /// <returns>False where there is no such header, or one in free format.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Mp3Frame frame)
    {
        frame = default;
        // Eleven bits set, a version that is not reserved, layer III, a sampling rate.
        if (bytes.Length < Header || bytes[0] != 0xFF || (bytes[1] & 0xE6) != 0xE2 || (bytes[1] & 0x18) == 0x08
            || (bytes[2] & 0x0C) == 0x0C)
        {
            return false;
        }

        var isMpeg1 = (bytes[1] & 0x18) == 0x18;
        var bitrate = (isMpeg1 ? Mpeg1Bitrates : Mpeg2Bitrates)[bytes[2] >> 4] * 8000;
        var halvings = isMpeg1 ? 0 : (bytes[1] & 0x18) == 0x10 ? 1 : 2;
        var rate = ((bytes[2] >> 2) & 3) switch { 0 => 44100, 1 => 48000, _ => 32000 } >> halvings;
        var length = ((isMpeg1 ? 144 : 72) * bitrate / rate) + ((bytes[2] >> 1) & 1);
        frame = new Mp3Frame(isMpeg1, rate, (bytes[3] & 0xC0) == 0xC0 ? 1 : 2, bitrate, length);
        return bitrate > 0;
    }

    /// <summary>Frames of one stream keep version and sampling rate; an encoder may change all else.</summary>
    public bool IsFollowedBy(Mp3Frame next) => IsMpeg1 == next.IsMpeg1 && Rate == next.Rate;
}
