using System.Buffers.Binary;

namespace PhotoLambda.Metadata.Scrubbing;

/// <summary>Blanks the positions of a WebP: in its EXIF and XMP chunks, in unknown ones and behind the end (RFC 9649).
/// </summary>
internal static class WebPScrub
{
    private static readonly HashSet<string> Harmless = ["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"];

    private static ReadOnlySpan<byte> Exif => "Exif\0\0"u8;

    public static bool TryRun(ScrubbedFile file)
    {
        if (file.Length < 12)
        {
            return false;
        }

        var riff = 8L + BinaryPrimitives.ReadUInt32LittleEndian(file.Read(4, 4));
        var (at, end) = (12, (int)Math.Min(riff, file.Length));
        while (end - at >= 8)
        {
            var type = System.Text.Encoding.ASCII.GetString(file.Read(at, 4));
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file.Read(at + 4, 4));
            at += 8;
            // Of a file that was cut off the last chunk is as long as it is.
            var to = (int)Math.Min(at + (long)length, end);
            Scrub(file, type, at, to);
            at = Math.Min(to + (int)(length & 1), end);
        }

        file.Blank(Math.Min(at, file.Length), file.Length);
        return true;
    }

    private static void Scrub(ScrubbedFile file, string type, int start, int end)
    {
        switch (type)
        {
            case "EXIF":
                // Some programs put a JPEG's header before the block.
                file.BlankPositions(file.To(start, end).StartsWith(Exif) ? start + Exif.Length : start, end);
                break;
            case "XMP ":
                file.BlankText(start, end);
                break;
            default:
                if (!Harmless.Contains(type))
                {
                    file.Blank(start, end);
                }

                break;
        }
    }
}
