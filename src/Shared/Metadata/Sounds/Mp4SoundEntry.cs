using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>
/// The first entry of a sample description (ISO 14496-12, 8.5.2). What the codec's own box says of rate and channels
/// stands before the entry, which many programs fill with 2 whatever the sound has.
/// </summary>
internal static class Mp4SoundEntry
{
    /// <summary>Version, flags, number of entries, then the first entry's length and format.</summary>
    public const int At = 16;

    private const int Fields = 28;

    /// <summary>Pictures that stand: the chapters of an audio book have some beside the sound.</summary>
    public static bool IsStill(ReadOnlySpan<byte> description) =>
        description[12..].StartsWith("jpeg"u8) || description[12..].StartsWith("png "u8);

    /// <param name="scale">Of the track's media, for a rate that the entry's 16 bits cannot hold.</param>
    public static (long Rate, long? Channels) Read(ReadOnlySpan<byte> description, uint scale)
    {
        var entry = description[At..];
        if (entry.Length < Fields)
        {
            return (scale, 0);
        }

        long channels = BinaryPrimitives.ReadUInt16BigEndian(entry[16..]);
        long rate = BinaryPrimitives.ReadUInt16BigEndian(entry[24..]);
        // QuickTime's version 1 has 16 more bytes before its boxes.
        var boxes = entry[Math.Min(entry.Length, BinaryPrimitives.ReadUInt16BigEndian(entry[8..]) == 1 ? 44 : 28)..];
        while (boxes.Length >= 8)
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(boxes);
            if (size < 8 || size > boxes.Length)
            {
                break;
            }

            var box = boxes[8..(int)size];
            if (boxes[4..].StartsWith("esds"u8))
            {
                // MP3 in MPEG-4 has no configuration: only its frames say how many channels there are.
                var hasConfig = Mp4Descriptors.TryRead(box, out var config);
                return hasConfig ? (config.Rate, config.Channels > 0 ? config.Channels : channels) : (rate, null);
            }

            // Apple's cookie (ALACSpecificConfig) behind version and flags.
            if (boxes[4..].StartsWith("alac"u8) && box.Length >= 28)
            {
                return (BinaryPrimitives.ReadUInt32BigEndian(box[24..]), box[13]);
            }

            boxes = boxes[(int)size..];
        }

        return (rate > 0 ? rate : scale, channels);
    }
}
