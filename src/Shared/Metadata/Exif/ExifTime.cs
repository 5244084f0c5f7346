namespace PhotoLambda.Metadata;

/// <summary>Dates and times as EXIF spells them, and as programs misspell them.</summary>
internal static class ExifTime
{
    /// <summary>All that is known is filled with blanks or zeros: EXIF's way to say "unknown".</summary>
    public static bool IsBlank(ReadOnlySpan<byte> text) => !ExifText.Trim(text).ContainsAnyExcept(" :-+"u8);

    /// <summary>
    /// <c>2024:05:01 09:30:00</c>; also with other separators, a fraction, or an offset behind it, as some programs
    /// write. Seconds may be absent; the time may not.
    /// </summary>
    /// <param name="offset">Minutes east of UTC, where the text itself ends in an offset.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTime time, out int? offset)
    {
        text = ExifText.Trim(text);
        time = default;
        offset = null;
        if (text.Length < 16 || text[10] is not ((byte)' ' or (byte)'T') || !TryDate(text[..10], out var date)
            || !Digits(text[11..13], out var hour) || text[13] != ':' || !Digits(text[14..16], out var minute))
        {
            return false;
        }

        var second = 0;
        var rest = text[16..];
        if (rest.Length >= 3 && rest[0] == ':')
        {
            if (!Digits(rest[1..3], out second))
            {
                return false;
            }

            rest = rest[3..];
        }

        if (hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        time = date.AddTicks(((((hour * 60L) + minute) * 60) + second) * TimeSpan.TicksPerSecond);
        return ExifTimeTail.TryParse(rest, ref time, ref offset);
    }

    /// <summary><c>2024:05:01</c>, without blanks around it.</summary>
    public static bool TryDate(ReadOnlySpan<byte> text, out DateTime date)
    {
        date = default;
        if (text.Length != 10 || !IsSeparator(text[4]) || !IsSeparator(text[7])
            || !Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..], out var day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        date = new DateTime(year, month, day);
        return true;
    }

    private static bool IsSeparator(byte octet) => octet is (byte)':' or (byte)'-' or (byte)'.' or (byte)'/';

    /// <returns>False when any of the bytes is not a decimal digit.</returns>
    public static bool Digits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (var octet in text)
        {
            if (!char.IsAsciiDigit((char)octet))
            {
                return false;
            }

            number = (number * 10) + octet - '0';
        }

        return true;
    }
}
