namespace PhotoLambda.Metadata;

/// <summary>What may follow a time: a fraction of the second and an offset from UTC.</summary>
internal static class ExifTimeTail
{
    /// <summary>Reads both from behind a time; nothing else may be there.</summary>
    public static bool TryParse(ReadOnlySpan<byte> rest, ref DateTime time, ref int? offset)
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

        if (text.Length < 3 || text[0] is not ((byte)'+' or (byte)'-') || !ExifTime.Digits(text[1..3], out var hour))
        {
            return false;
        }

        var tail = text[3..] is [(byte)':', .. var after] ? after : text[3..];
        var minute = 0;
        if ((!tail.IsEmpty && (tail.Length != 2 || !ExifTime.Digits(tail, out minute))) || minute > 59)
        {
            return false;
        }

        minutes = ((hour * 60) + minute) * (text[0] == '-' ? -1 : 1);
        return minutes is >= -14 * 60 and <= 14 * 60;
    }
}
