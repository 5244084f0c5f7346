namespace PhotoLambda.Metadata;

/// <summary>Finds the last whole page of a stream at the end of a file.</summary>
/// <param name="serials">Of all streams that the file begins with.</param>
internal sealed class OggEnd(Reading reading, uint serial, List<uint> serials)
{
    /// <summary>A page that was cut off may fill one stretch; the whole one before it then lies in the next.</summary>
    private const int Stretches = 2;

    private bool _isChained;

    /// <summary>Null where there is none, which is recorded.</summary>
    public OggPage? Last { get; private set; }

    /// <param name="start">Behind the streams' first pages.</param>
    /// <returns>False where bytes are missing.</returns>
    public bool TryFind(long start)
    {
        var (length, end) = (reading.Window.Length, reading.Window.Length);
        for (var tries = 0; tries < Stretches && end > start && Last is null; tries++)
        {
            var from = Math.Max(start, end - OggPage.MaxLength);
            // The header of a page may lie across the border of two stretches.
            var count = (int)(Math.Min(end + OggPage.MaxHeader, length) - from);
            if (!reading.TryRead(from, count, out var bytes))
            {
                return false;
            }

            Search(bytes, from);
            end = from;
        }

        if (_isChained)
        {
            Last = null;
            reading.Error(MetadataCode.Unsupported, "other streams follow behind the first");
        }
        else if (Last is not { IsLast: true })
        {
            reading.Error(MetadataCode.Truncated, $"ends at {length} without the stream's last page");
        }

        return true;
    }

    private void Search(ReadOnlySpan<byte> bytes, long from)
    {
        for (var at = bytes.LastIndexOf("OggS"u8); at >= 0; at = bytes[..at].LastIndexOf("OggS"u8))
        {
            if (!OggPage.TryRead(bytes[at..], from + at, out var page) || page.End > reading.Window.Length)
            {
                continue;
            }

            if (page.Serial == serial && page.Granule >= 0)
            {
                Last = page;
                return;
            }

            // A file may be several, put one behind the other: their streams have other numbers.
            _isChained |= !serials.Contains(page.Serial);
        }
    }
}
