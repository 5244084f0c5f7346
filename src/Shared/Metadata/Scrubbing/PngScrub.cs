using System.Buffers.Binary;

namespace PhotoLambda.Metadata.Scrubbing;

/// <summary>
/// Blanks the positions of a PNG: in eXIf, in texts, in chunks that the standard (W3C PNG, third edition) does not
/// know, and behind the end. The checksums of chunks that were changed are made anew.
/// </summary>
internal static class PngScrub
{
    private static readonly HashSet<string> Harmless =
    [
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI", "bKGD",
        "hIST", "pHYs", "sPLT", "tIME", "acTL", "fcTL", "fdAT", "oFFs", "sCAL", "pCAL", "sTER",
    ];

    /// <summary>RFC 1950: a stream of no bytes.</summary>
    private static ReadOnlySpan<byte> EmptyStream => [0x78, 0x9C, 0x03, 0, 0, 0, 0, 1];

    /// <returns>False where it is no sequence of chunks, or has one that is needed and unknown.</returns>
    public static bool TryRun(ScrubbedFile file)
    {
        var at = 8;
        while (file.Length - at >= PngChunk.Framing)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.Read(at, 4));
            var type = BinaryPrimitives.ReadUInt32BigEndian(file.Read(at + 4, 4));
            if (!PngChunk.IsName(type) || length > file.Length - at - PngChunk.Framing)
            {
                return false;
            }

            var (start, end) = (at + PngChunk.Header, at + PngChunk.Header + (int)length);
            if (!TryScrub(file, start, end, System.Text.Encoding.ASCII.GetString(file.Read(at + 4, 4))))
            {
                return false;
            }

            at = end + 4;
            if (type == PngChunk.Iend)
            {
                file.Blank(at, file.Length);
                return true;
            }
        }

        // Cut off: what is left over is no chunk.
        file.Blank(at, file.Length);
        return true;
    }

    private static bool TryScrub(ScrubbedFile file, int start, int end, string type)
    {
        if (Harmless.Contains(type))
        {
            return true;
        }

        var before = file.To(start, end).ToArray();
        switch (type)
        {
            case "eXIf":
                file.BlankPositions(start, end);
                break;
            case "tEXt":
                ScrubText(file, start, end);
                break;
            case "iTXt" when IsPlain(file.To(start, end)):
                file.BlankText(InternationalText(file, start, end), end);
                break;
            case "iTXt":
                Empty(file, InternationalText(file, start, end), end);
                break;
            case "zTXt":
                // Behind the keyword stands the method.
                Empty(file, Math.Min(KeywordEnd(file, start, end) + 1, end), end);
                break;
            // The first letter's case tells whether a reader may do without the chunk.
            default:
                file.Blank(start, end);
                break;
        }

        if (!before.AsSpan().SequenceEqual(file.To(start, end)))
        {
            Span<byte> crc = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(crc, PngChunk.Checksum(file.To(start - 4, end)));
            file.Write(end, crc);
        }

        return char.IsAsciiLetterLower(type[0]);
    }

    /// <summary>ImageMagick keeps whole blocks of EXIF as hexadecimal text, which no word is found in.</summary>
    private static void ScrubText(ScrubbedFile file, int start, int end)
    {
        var text = KeywordEnd(file, start, end);
        if (file.To(start, end).StartsWith("Raw profile type"u8))
        {
            file.Blank(text, end, (byte)' ');
        }

        file.BlankText(text, end);
    }

    private static bool IsPlain(ReadOnlySpan<byte> text) =>
        text.IndexOf((byte)0) is >= 0 and var end && end + 1 < text.Length && text[end + 1] == 0;

    private static int KeywordEnd(ScrubbedFile file, int start, int end) =>
        file.To(start, end).IndexOf((byte)0) is >= 0 and var length ? start + length + 1 : start;

    /// <summary>Behind the keyword, a flag, the method, a language and the translated keyword.</summary>
    private static int InternationalText(ScrubbedFile file, int start, int end) => KeywordEnd(
        file, KeywordEnd(file, Math.Min(KeywordEnd(file, start, end) + 2, end), end), end);

    /// <summary>A compressed text may say anything: in its place comes an empty one, with zeros behind it.</summary>
    private static void Empty(ScrubbedFile file, int at, int end)
    {
        var fits = end - at >= EmptyStream.Length;
        if (fits)
        {
            file.Write(at, EmptyStream);
        }

        file.Blank(fits ? at + EmptyStream.Length : at, end);
    }
}
