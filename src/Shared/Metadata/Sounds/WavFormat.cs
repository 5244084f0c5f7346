using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>The format of a WAVE file (Microsoft's WAVEFORMATEX and WAVEFORMATEXTENSIBLE).</summary>
/// <param name="BlockBytes">Of one sample of all channels, where the sound is not compressed.</param>
/// <param name="ByteRate">Bytes per second, on the average.</param>
internal readonly record struct WavFormat(ushort Tag, ushort Channels, uint Rate, uint ByteRate, ushort BlockBytes)
{
    public const int Length = 16, ExtensibleLength = 40;

    private const ushort Pcm = 1, Float = 3, ALaw = 6, MuLaw = 7, Extensible = 0xFFFE;

    /// <summary>Each sample takes the same bytes, so that bytes are time.</summary>
    private bool IsPlain => Tag is Pcm or Float or ALaw or MuLaw;

    public bool IsPossible => IsPlain ? BlockBytes > 0 && BlockBytes >= Channels : ByteRate > 0;

    /// <param name="bytes">16 of them at least; in an extensible format the true tag begins the GUID at 24.</param>
    public static WavFormat Read(ReadOnlySpan<byte> bytes)
    {
        var tag = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (tag == Extensible && bytes.Length >= ExtensibleLength)
        {
            tag = BinaryPrimitives.ReadUInt16LittleEndian(bytes[24..]);
        }

        return new WavFormat(
            tag,
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]));
    }

    /// <param name="bytes">Of sound.</param>
    /// <param name="samples">What <c>fact</c> says; it alone is exact where the sound is compressed.</param>
    /// <returns>Null where that cannot be told.</returns>
    public double? Seconds(long bytes, uint? samples)
    {
        if (!IsPossible || Rate == 0)
        {
            return null;
        }

        if (IsPlain)
        {
            return (double)(bytes / BlockBytes) / Rate;
        }

        // A count that the bytes cannot hold, even at 1 bit for 16 samples, was not written for this sound.
        return samples > 0 && samples / 128d <= bytes ? (double)samples / Rate : (double)bytes / ByteRate;
    }
}
