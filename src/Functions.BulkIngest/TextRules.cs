using System.Text;

namespace PhotoLambda.BulkIngest;

/// <summary>What a text may be, besides its length.</summary>
internal enum TextRule
{
    Any,

    /// <summary>Letters, digits, '-', '_' and '.'.</summary>
    Name,

    /// <summary>Of an object that is an original.</summary>
    Key,

    Bucket,
    FileName,
}

internal static class TextRules
{
    /// <returns>What the text must be where it is not; null where it is.</returns>
    public static string? Fault(TextRule rule, ReadOnlySpan<byte> text) => rule switch
    {
        TextRule.Name when !IsOf(text, "-_."u8) => "must have letters, digits, '-', '_' and '.' only",
        TextRule.Bucket when text.Length < 3 || !IsOf(text, "-_."u8) => "must be a bucket's name",
        TextRule.Key when text.StartsWith("thumbnails/"u8) || text.StartsWith("public/"u8) =>
            "must not lie below thumbnails/ or public/, where the functions' own objects are",
        TextRule.FileName when !IsFileName(text) =>
            "must be a name without path separators and control characters",
        _ => null,
    };

    /// <summary>Whether a control character or a separator of lines or paragraphs is in it.</summary>
    public static bool HasControl(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var length);
            if (Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029)
            {
                return true;
            }

            text = text[length..];
        }

        return false;
    }

    /// <summary>Characters as PostgreSQL counts them.</summary>
    public static int Length(ReadOnlySpan<byte> text)
    {
        var length = 0;
        foreach (var unit in text)
        {
            length += (unit & 0xC0) == 0x80 ? 0 : 1;
        }

        return length;
    }

    private static bool IsOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> others)
    {
        foreach (var unit in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)unit) && !others.Contains(unit))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsFileName(ReadOnlySpan<byte> text) =>
        !text.SequenceEqual("."u8) && !text.SequenceEqual(".."u8) && text.IndexOfAny((byte)'/', (byte)'\\') < 0
        && !text.Trim(" "u8).IsEmpty && !HasControl(text);
}
