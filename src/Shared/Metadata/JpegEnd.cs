namespace PhotoLambda.Metadata;

/// <summary>
/// Says whether a JPEG lost its end. Cameras write after the end marker (FF D9): a second picture, a film, a maker's
/// table, the rest of a card's cluster; so an object that does not end in FF D9 is not cut off for that alone.
/// </summary>
internal static class JpegEnd
{
    /// <param name="scan">Where the walk over segments stopped: the end marker lies behind it.</param>
    public static void Check(Reading reading, long scan)
    {
        var length = reading.Window.Length;
        var start = length <= reading.Limits.HeadBytes ? scan : Math.Max(scan, length - reading.Limits.TailBytes);
        if (!reading.Window.TryRead(start, (int)(length - start), out var tail) || Holds(tail))
        {
            return;
        }

        // Where all that follows the walk is seen, it is certain; otherwise the tail must itself look cut off.
        if (start == scan || IsScan(tail))
        {
            reading.Error(MetadataCode.Truncated, $"ends at {length} without an end marker");
        }
    }

    private static bool Holds(ReadOnlySpan<byte> tail) => tail.LastIndexOf([(byte)0xFF, (byte)0xD9]) >= 0;

    /// <summary>
    /// In a scan each FF is stuffed with 00 or starts a restart marker; between the scans of a progressive picture
    /// there are DHT, SOS and a few more. Other data has some other byte behind an FF within a few hundred bytes.
    /// </summary>
    private static bool IsScan(ReadOnlySpan<byte> tail)
    {
        var pairs = 0;
        for (var at = tail.IndexOf((byte)0xFF); at >= 0 && at + 1 < tail.Length; pairs++)
        {
            if (tail[at + 1] is not (0 or (>= 0xD0 and <= 0xD7) or 0xC4 or 0xDA or 0xDB or 0xDD))
            {
                return false;
            }

            var next = tail[(at + 2)..].IndexOf((byte)0xFF);
            at = next < 0 ? -1 : at + 2 + next;
        }

        return pairs > 0;
    }
}
