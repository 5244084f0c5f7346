using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>
/// What an encoder writes into a silent first frame: how many frames follow. Xing's has that name where the bitrate
/// varies, <c>Info</c> where it does not; Fraunhofer's is <c>VBRI</c>.
/// </summary>
/// <param name="Frames">Of sound, without this one; 0 where it is not said.</param>
/// <param name="Bytes">From this frame on; 0 where it is not said.</param>
internal readonly record struct Mp3Header(uint Frames, uint Bytes)
{
    /// <summary>VBRI always lies behind as many bytes of side information as MPEG-1 has for two channels.</summary>
    private const int VbriAt = Mp3Frame.Header + 32;

    /// <summary>
    /// Whether the count can be believed: each frame takes some bytes, and a sixteenth more of them than counted is
    /// another file that was put behind this one.
    /// </summary>
    /// <param name="bytes">Of the file, from this frame on.</param>
    public bool Fits(long bytes) =>
        Frames > 0 && Frames <= Math.Max(Bytes, bytes) / Mp3Frame.LeastLength
        && (Bytes == 0 || bytes - Bytes <= Bytes / 16);

    /// <param name="bytes">The file from the frame on.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, Mp3Frame frame, out Mp3Header header)
    {
        header = default;
        bytes = bytes[..Math.Min(bytes.Length, frame.Length)];
        // Xing's lies behind the side information (ISO 11172-3, 2.4.1.7), whose length depends on version and channels.
        var at = Mp3Frame.Header + (frame.IsMpeg1, frame.Channels) switch
        {
            (true, 2) => 32,
            (true, _) or (false, 2) => 17,
            _ => 9,
        };
        if (bytes.Length >= at + 16 && (bytes[at..].StartsWith("Xing"u8) || bytes[at..].StartsWith("Info"u8)))
        {
            header = Xing(bytes[(at + 4)..]);
            return true;
        }

        if (bytes.Length >= VbriAt + 18 && bytes[VbriAt..].StartsWith("VBRI"u8))
        {
            var vbri = bytes[VbriAt..];
            header = new Mp3Header(
                BinaryPrimitives.ReadUInt32BigEndian(vbri[14..]), BinaryPrimitives.ReadUInt32BigEndian(vbri[10..]));
            return true;
        }

        return false;
    }

    /// <summary>Flags, then only the numbers that they announce.</summary>
    private static Mp3Header Xing(ReadOnlySpan<byte> bytes)
    {
        var flags = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var first = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        return (flags & 3) switch
        {
            1 => new Mp3Header(first, 0),
            2 => new Mp3Header(0, first),
            3 => new Mp3Header(first, BinaryPrimitives.ReadUInt32BigEndian(bytes[8..])),
            _ => default,
        };
    }
}
