using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>
/// The small JPEG that a camera puts into the EXIF block, made fit to be shown: checked, and nothing but the picture.
/// </summary>
internal static class EmbeddedThumbnail
{
    /// <summary>Bytes; an EXIF block holds no more.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Pixels of each side.</summary>
    public const int MaxSide = 1024;

    private const int OrientationAt = 29;

    /// <summary>APP1 with one tag, Orientation, as a SHORT of big-endian TIFF.</summary>
    private static ReadOnlySpan<byte> OrientationSegment =>
    [
        0xFF, 0xE1, 0, 34, (byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, 0, (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8,
        0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0,
    ];

    /// <param name="block">The EXIF block that <paramref name="metadata"/> was read of.</param>
    /// <returns>A JPEG without metadata but its orientation; null when there is none that is sane.</returns>
    public static byte[]? Find(MediaMetadata metadata, ReadOnlySpan<byte> block) =>
        metadata.Exif?.Thumbnail is { } place && place.Offset + place.Count <= block.Length
            ? Clean(block.Slice((int)place.Offset, place.Count), metadata.Orientation ?? 1)
            : null;

    /// <param name="orientation">1 to 8.</param>
    public static byte[]? Clean(ReadOnlySpan<byte> jpeg, int orientation)
    {
        if (jpeg.Length > MaxBytes || !jpeg.StartsWith([(byte)0xFF, JpegSegments.StartOfImage]))
        {
            return null;
        }

        using var clean = new MemoryStream(jpeg.Length + OrientationSegment.Length);
        clean.Write(jpeg[..2]);
        if (orientation is >= 2 and <= 8)
        {
            clean.Write(OrientationSegment);
            clean.GetBuffer()[2 + OrientationAt] = (byte)orientation;
        }

        return TryCopy(jpeg, clean) ? clean.ToArray() : null;
    }

    /// <summary>Copies what a decoder needs: one frame, its tables and scans. Other segments are left behind.</summary>
    private static bool TryCopy(ReadOnlySpan<byte> jpeg, MemoryStream clean)
    {
        var (at, frames, scans) = (2, 0, 0);
        while (at + 2 <= jpeg.Length && jpeg[at] == 0xFF)
        {
            var marker = jpeg[at + 1];
            if (marker == JpegSegments.EndOfImage)
            {
                clean.Write(jpeg.Slice(at, 2));
                return frames == 1 && scans > 0;
            }

            var length = at + 4 <= jpeg.Length ? BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]) : 0;
            if (marker is < 0xC0 or (>= 0xD0 and <= 0xD8) or 0xFF || length < 2 || length > jpeg.Length - at - 2)
            {
                return false;
            }

            var end = at + 2 + length;
            if (JpegSegments.IsFrameMarker(marker) && (++frames > 1 || !IsSmall(jpeg[at..end])))
            {
                return false;
            }

            if (marker == JpegSegments.StartOfScan)
            {
                scans++;
                end = ScanEnd(jpeg, end);
            }

            if (!IsMetadata(marker))
            {
                clean.Write(jpeg[at..end]);
            }

            at = end;
        }

        return false;
    }

    /// <summary>Behind entropy-coded data, in which FF stands before 00 or a restart marker only.</summary>
    private static int ScanEnd(ReadOnlySpan<byte> jpeg, int at)
    {
        while (at + 1 < jpeg.Length && (jpeg[at] != 0xFF || jpeg[at + 1] is 0 or (>= 0xD0 and <= 0xD7)))
        {
            at++;
        }

        return at;
    }

    /// <summary>APPn, JPGn and COM.</summary>
    private static bool IsMetadata(byte marker) => marker is >= 0xE0 and <= 0xFE;

    private static bool IsSmall(ReadOnlySpan<byte> frame) =>
        frame.Length >= 10
        && BinaryPrimitives.ReadUInt16BigEndian(frame[5..]) is > 0 and <= MaxSide
        && BinaryPrimitives.ReadUInt16BigEndian(frame[7..]) is > 0 and <= MaxSide;
}
