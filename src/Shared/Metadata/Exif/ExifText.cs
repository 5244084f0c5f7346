using System.Text;
using System.Text.Unicode;

namespace PhotoLambda.Metadata;

/// <summary>Makes text fit for JSON and PostgreSQL: no NUL, no control characters, valid Unicode, short.</summary>
internal static class ExifText
{
    /// <summary>UTF-16 code units.</summary>
    public const int MaxLength = 256;

    // A character takes at most four bytes in UTF-8.
    private const int MaxBytes = MaxLength * 4;

    /// <returns>Null when nothing printable is left.</returns>
    public static string? Clean(ReadOnlySpan<byte> bytes)
    {
        bytes = Trim(bytes);
        if (bytes.Length > MaxBytes)
        {
            bytes = WholeCharacters(bytes);
        }

        if (bytes.Length <= MaxLength && !bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            return bytes.IsEmpty ? null : Encoding.Latin1.GetString(bytes);
        }

        // EXIF says ASCII; cameras write UTF-8, and older ones the code page of their country.
        return Clean(Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes));
    }

    /// <returns>The text up to its first NUL without the blanks around it.</returns>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        bytes = end < 0 ? bytes : bytes[..end];
        return bytes is [> (byte)' ', .., > (byte)' '] ? bytes : bytes.Trim(" \t\r\n"u8);
    }

    /// <inheritdoc cref="Clean(ReadOnlySpan{byte})"/>
    public static string? Clean(string text)
    {
        var kept = new StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (kept.Length + rune.Utf16SequenceLength > MaxLength)
            {
                break;
            }

            if (!Rune.IsControl(rune))
            {
                kept.Append(rune.ToString());
            }
        }

        var clean = kept.ToString().Trim();
        return clean.Length == 0 ? null : clean;
    }

    private static ReadOnlySpan<byte> WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        var end = MaxBytes;
        while (end > MaxBytes - 4 && (bytes[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return bytes[..end];
    }
}
