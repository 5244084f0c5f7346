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
        return TryTail(rest, ref time, ref offset);
    }

    /// <summary><c>2024:05:01</c>.</summary>
    public static bool TryDate(ReadOnlySpan<byte> text, out DateTime date)
    {
        text = ExifText.Trim(text);
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

    /// <summary>The digits after the decimal point, e.g. <c>625</c>; beyond 100 ns they are dropped.</summary>
    public static bool TryFraction(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        text = ExifText.Trim(text);
        for (int i = 0, unit = (int)TimeSpan.TicksPerSecond / 10; i < text.Length; i++, unit /= 10)
        {
            if (!char.IsAsciiDigit((char)text[i]))
            {
                return false;
            }

            ticks += (text[i] - '0') * unit;
        }

        return !text.IsEmpty;
    }

    /// <summary><c>+09:00</c>, <c>-0330</c>, <c>+02</c> or <c>Z</c>, within a day's 14 hours either way.</summary>
    public static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        text = ExifText.Trim(text);
        if (text is [(byte)'Z'])
        {
            return true;
        }

        if (text.Length < 3 || text[0] is not ((byte)'+' or (byte)'-') || !Digits(text[1..3], out var hour))
        {
            return false;
        }

        var tail = text[3..] is [(byte)':', .. var after] ? after : text[3..];
        var minute = 0;
        if ((!tail.IsEmpty && (tail.Length != 2 || !Digits(tail, out minute))) || minute > 59)
        {
            return false;
        }

        minutes = ((hour * 60) + minute) * (text[0] == '-' ? -1 : 1);
        return minutes is >= -14 * 60 and <= 14 * 60;
    }

    private static bool TryTail(ReadOnlySpan<byte> rest, ref DateTime time, ref int? offset)
    {
        if (rest is [(byte)'.' or (byte)',', ..])
        {
            var end = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') is >= 0 and var n ? n + 1 : rest.Length;
            if (!TryFraction(rest[1..end], out var ticks))
            {
                return false;
            }

            time = time.AddTicks(ticks);
            rest = rest[end..];
        }

        rest = rest.TrimStart((byte)' ');
        if (!rest.IsEmpty && TryOffset(rest, out var minutes))
        {
            offset = minutes;
            return true;
        }

        return rest.IsEmpty;
    }

    private static bool IsSeparator(byte octet) => octet is (byte)':' or (byte)'-' or (byte)'.' or (byte)'/';

    private static bool Digits(ReadOnlySpan<byte> text, out int number)
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
