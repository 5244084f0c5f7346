using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>Tags around the sound of files that have no container: stepped over by their length, never read.</summary>
internal static class SoundTags
{
    private const int Id3Header = 10, Id3v1 = 128, ApeFooter = 32;

    /// <summary>Steps over ID3v2 tags (id3.org, 2.2 to 2.4), of which some programs leave several in a row.</summary>
    /// <param name="stretch">How much behind the tags is wanted at once.</param>
    /// <param name="bytes">What follows the tags; shorter than the stretch only where the file ends.</param>
    /// <returns>False where the file ends within a tag, which is recorded, or bytes are missing.</returns>
    public static bool TrySkipId3(Reading reading, int stretch, out long at, out ReadOnlySpan<byte> bytes)
    {
        at = 0;
        for (var tags = 0; tags < reading.Limits.MaxSegments; tags++)
        {
            var count = (int)Math.Min(stretch, reading.Window.Length - at);
            if (!reading.TryRead(at, count, out bytes))
            {
                return false;
            }

            var length = Id3Length(bytes);
            if (length == 0)
            {
                return true;
            }

            if (length > reading.Window.Length - at)
            {
                var detail = $"ends at {reading.Window.Length}, within a tag of {length} bytes at {at}";
                reading.Error(MetadataCode.Truncated, detail);
                return false;
            }

            at += length;
        }

        bytes = default;
        reading.Error(MetadataCode.TooManySegments, $"more than {reading.Limits.MaxSegments} tags");
        return false;
    }

    /// <summary>Finds where the sound ends: before an ID3v1 tag, and before an APE tag that precedes it.</summary>
    /// <param name="start">Where the sound starts.</param>
    /// <returns>False where bytes are missing.</returns>
    public static bool TryFindEnd(Reading reading, long start, out long end)
    {
        end = reading.Window.Length;
        var count = (int)Math.Min(Id3v1 + ApeFooter, end - start);
        if (!reading.TryRead(end - count, count, out var tail))
        {
            return false;
        }

        if (tail.Length >= Id3v1 && tail[^Id3v1..].StartsWith("TAG"u8))
        {
            tail = tail[..^Id3v1];
            end -= Id3v1;
        }

        if (tail.Length >= ApeFooter && tail[^ApeFooter..].StartsWith("APETAGEX"u8))
        {
            var footer = tail[^ApeFooter..];
            var hasHeader = (footer[23] & 0x80) != 0;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(footer[12..]) + (hasHeader ? ApeFooter : 0L);
            end = Math.Max(start, end - length);
        }

        return true;
    }

    /// <summary>Four bytes of seven bits each; a footer, where there is one, is not counted in them.</summary>
    private static long Id3Length(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [(byte)'I', (byte)'D', (byte)'3', >= 2 and <= 4, _, var flags, < 0x80, < 0x80, < 0x80, < 0x80, ..] =>
            Id3Header + ((bytes[6] << 21) | (bytes[7] << 14) | (bytes[8] << 7) | bytes[9])
            + ((flags & 0x10) == 0 ? 0 : Id3Header),
        _ => 0,
    };
}
