using System.Buffers;

namespace PhotoLambda.Metadata.Scrubbing;

/// <summary>How texts and XMP packets speak of positions.</summary>
internal static class PositionWords
{
    private static readonly SearchValues<byte> Starts = SearchValues.Create([.. "lLgGiI"u8, 0xA9]);

    /// <param name="text">In an encoding that contains ASCII, or in UTF-16.</param>
    public static bool AreInText(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)0))
        {
            return AreIn(text, isText: true);
        }

        var narrow = new byte[text.Length];
        var length = 0;
        foreach (var octet in text)
        {
            narrow[length] = octet;
            length += octet == 0 ? 0 : 1;
        }

        return AreIn(narrow.AsSpan(0, length), isText: true);
    }

    /// <summary>Only words that do not come about by chance: most of a file is noise.</summary>
    public static bool AreInFile(ReadOnlySpan<byte> bytes) => AreIn(bytes, isText: false);

    private static bool AreIn(ReadOnlySpan<byte> bytes, bool isText)
    {
        for (var at = 0; ; at++)
        {
            var step = bytes[at..].IndexOfAny(Starts);
            if (step < 0)
            {
                return false;
            }

            at += step;
            var rest = bytes[at..];
            if (Begins(rest, "latitude"u8) || Begins(rest, "longitude"u8) || Begins(rest, "longtitude"u8)
                || Begins(rest, "geo:lat"u8) || Begins(rest, "iso6709"u8)
                // The position of a recording: in QuickTime's user data and in 3GPP's box of that name.
                || rest is [0xA9, (byte)'x', (byte)'y', (byte)'z', ..] || rest.StartsWith("loci\0\0\0\0"u8)
                || (isText && Begins(rest, "gps"u8) && IsWordStart(bytes, at)))
            {
                return true;
            }
        }
    }

    private static bool Begins(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) =>
        text.Length >= word.Length && System.Text.Ascii.EqualsIgnoreCase(text[..word.Length], word);

    // Within base64, which packets have pictures in, three letters mean nothing.
    private static bool IsWordStart(ReadOnlySpan<byte> text, int at) =>
        at == 0 || !(char.IsAsciiLetterOrDigit((char)text[at - 1]) || text[at - 1] is (byte)'+' or (byte)'/');
}
