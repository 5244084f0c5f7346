using System.Buffers.Binary;

namespace PhotoLambda.Metadata.Scrubbing;

/// <summary>
/// Blanks the positions of a HEIF file (ISO 23008-12): in its EXIF items and XMP packets, wherever they lie. They are
/// found by how they begin, so that no table of items can hide one.
/// </summary>
internal static class HeifScrub
{
    private static readonly HashSet<string> Known = ["ftyp", "meta", "mdat", "free", "skip", "idat", "pdin"];

    /// <param name="exif">The block that the reader found, however it begins.</param>
    /// <returns>False where it is no sequence of boxes, has tracks, or still speaks of positions.</returns>
    public static bool TryRun(ScrubbedFile file, ByteRange? exif)
    {
        if (exif is { } block && !TiffScrub.TryRun(file, (int)block.Offset, block.Count))
        {
            return false;
        }

        return file.Length >= 8 && file.Read(4, 4).SequenceEqual("ftyp"u8) && TryBoxes(file)
            && TryBlocks(file, "MM\0*\0\0\0\x08"u8) && TryBlocks(file, "II*\0\x08\0\0\0"u8)
            && TryBlocks(file, "Exif\0\0MM\0*"u8, 6) && TryBlocks(file, "Exif\0\0II*\0"u8, 6)
            && TryPackets(file)
            && !PositionWords.AreInFile(file.Read(0, file.Length));
    }

    /// <summary>Boxes that the format does not know, such as a film behind the picture, are blanked.</summary>
    private static bool TryBoxes(ScrubbedFile file)
    {
        for (var at = 0; at < file.Length;)
        {
            if (file.Length - at < 8 || !TryLength(file, at, out var header, out var length))
            {
                return false;
            }

            var type = System.Text.Encoding.ASCII.GetString(file.Read(at + 4, 4));
            if (type == "moov")
            {
                return false;
            }

            if (!Known.Contains(type))
            {
                file.Blank(at + header, at + length);
            }

            at += length;
        }

        return true;
    }

    private static bool TryLength(ScrubbedFile file, int at, out int header, out int length)
    {
        var (size, left) = ((long)BinaryPrimitives.ReadUInt32BigEndian(file.Read(at, 4)), file.Length - at);
        header = size == 1 ? 16 : 8;
        if (size == 1 && left >= 16)
        {
            size = (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(file.Read(at + 8, 8)), int.MaxValue);
        }

        // The last box may go to the end of the file, and that may be cut off.
        length = (int)(size == 0 ? left : Math.Min(size, left));
        return length >= header;
    }

    /// <summary>A block may be as long as the file is: it is not known where it ends.</summary>
    private static bool TryBlocks(ScrubbedFile file, ReadOnlySpan<byte> start, int before = 0)
    {
        const int most = 1000;
        var at = 0;
        for (var blocks = 0; blocks < most; blocks++)
        {
            var step = file.To(at, file.Length).IndexOf(start);
            if (step < 0)
            {
                return true;
            }

            at += step;
            var length = Math.Min(file.Length - at - before, ExifReader.MaxBlock);
            if (!TiffScrub.TryRun(file, at + before, length))
            {
                return false;
            }

            at += start.Length;
        }

        return false;
    }

    private static bool TryPackets(ScrubbedFile file)
    {
        var at = 0;
        while (file.To(at, file.Length).IndexOf("<x:xmpmeta"u8) is >= 0 and var step)
        {
            at += step;
            var length = file.To(at, file.Length).IndexOf("</x:xmpmeta>"u8);
            if (length < 0)
            {
                return false;
            }

            file.BlankText(at, at + length);
            at += length;
        }

        return true;
    }
}
