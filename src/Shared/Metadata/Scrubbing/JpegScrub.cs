using System.Buffers.Binary;

namespace PhotoLambda.Metadata.Scrubbing;

/// <summary>
/// Blanks the positions of a JPEG: in EXIF and XMP, in comments, in segments that only their makers know, and in what
/// cameras write behind the picture, where a second picture (CIPA DC-007) is scrubbed as the first is.
/// </summary>
internal static class JpegScrub
{
    private const int App0 = 0xE0, App1 = 0xE1, App2 = 0xE2, App13 = 0xED, App14 = 0xEE, Comment = 0xFE;

    private static ReadOnlySpan<byte> Exif => "Exif\0\0"u8;

    private static ReadOnlySpan<byte> Xmp => "http://ns.adobe.com/xap/1.0/\0"u8;

    /// <param name="isNested">The JPEG is a thumbnail within an EXIF block: one of its own is not gone into.</param>
    /// <returns>False where it is no sequence of segments and scans.</returns>
    public static bool TryRun(ScrubbedFile file, int start, int end, bool isNested = false)
    {
        if (!IsJpeg(file.To(start, end)))
        {
            return false;
        }

        for (var at = start + 2; at < end;)
        {
            if (!TrySegment(file, end, ref at, out var marker))
            {
                return false;
            }

            if (marker == JpegSegments.EndOfImage)
            {
                at = NextPicture(file, at, end);
            }
            else if (marker == JpegSegments.StartOfScan)
            {
                at = ScanEnd(file, at, end);
            }
            else
            {
                var length = BinaryPrimitives.ReadUInt16BigEndian(file.Read(at, 2));
                Scrub(file, marker, at + 2, at + length, isNested);
                at += length;
            }
        }

        return true;
    }

    /// <summary>Goes behind a marker, and looks whether its segment lies within the file.</summary>
    private static bool TrySegment(ScrubbedFile file, int end, ref int at, out byte marker)
    {
        marker = 0;
        while (at + 2 < end && file.Read(at, 2) is [0xFF, 0xFF])
        {
            at++;
        }

        if (at + 2 > end || file.Read(at, 2) is not [0xFF, >= 0xC0 and var found])
        {
            return false;
        }

        (marker, at) = (found, at + 2);
        return marker == JpegSegments.EndOfImage
            || (marker is not (>= 0xD0 and <= 0xD8) and not 0xFF
                && at + 2 <= end
                && BinaryPrimitives.ReadUInt16BigEndian(file.Read(at, 2)) is >= 2 and var length
                && length <= end - at);
    }

    private static void Scrub(ScrubbedFile file, byte marker, int start, int end, bool isNested)
    {
        var content = file.To(start, end);
        switch (marker)
        {
            case App1 when content.StartsWith(Exif) && !isNested:
                file.BlankPositions(start + Exif.Length, end);
                break;
            case App1 when content.StartsWith(Xmp):
                file.BlankText(start + Xmp.Length, end);
                break;
            case App13 when !HasTiff(content):
            case Comment:
                file.BlankText(start, end);
                break;
            case >= App0 and <= 0xEF when !IsHarmless(marker, content):
                file.Blank(start, end);
                break;
        }
    }

    private static bool IsHarmless(byte marker, ReadOnlySpan<byte> content) => marker switch
    {
        App0 => content.StartsWith("JFIF\0"u8) || content.StartsWith("JFXX\0"u8),
        App2 => content.StartsWith("ICC_PROFILE\0"u8) || content.StartsWith("MPF\0"u8)
            || content.StartsWith("urn:iso:std:iso:ts:21496:-1\0"u8),
        App14 => content.StartsWith("Adobe"u8),
        _ => false,
    };

    // Photoshop's resources may hold a whole EXIF block.
    private static bool HasTiff(ReadOnlySpan<byte> content) =>
        content.IndexOf("II*\0"u8) >= 0 || content.IndexOf("MM\0*"u8) >= 0;

    private static int ScanEnd(ScrubbedFile file, int at, int end)
    {
        at += BinaryPrimitives.ReadUInt16BigEndian(file.Read(at, 2));
        while (at + 1 < end)
        {
            var step = file.To(at, end - 1).IndexOf((byte)0xFF);
            if (step < 0)
            {
                return end;
            }

            at += step;
            // Within a scan FF stands before 00, a restart marker or, as filling, another FF.
            if (file.Read(at + 1, 1)[0] is not (0 or (>= 0xD0 and <= 0xD7) or 0xFF))
            {
                return at;
            }

            at++;
        }

        return end;
    }

    /// <returns>Where the segments of a further picture begin, or the end; what else is there is blanked.</returns>
    private static int NextPicture(ScrubbedFile file, int at, int end)
    {
        var padding = file.To(at, end).IndexOfAnyExcept((byte)0);
        if (padding >= 0 && IsJpeg(file.To(at + padding, end)))
        {
            return at + padding + 2;
        }

        file.Blank(at, end);
        return end;
    }

    private static bool IsJpeg(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith([(byte)0xFF, JpegSegments.StartOfImage, (byte)0xFF]);
}
