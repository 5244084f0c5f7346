namespace PhotoLambda.Metadata;

/// <summary>
/// Reads an Ogg (RFC 3533) with Vorbis or Opus (RFC 7845): format from the stream's first page, length from the
/// position (granule) that its last page has reached.
/// </summary>
internal sealed class OggReader(Reading reading)
{
    /// <summary>Streams side by side are all named by the file's first pages.</summary>
    private const int MaxStreams = 16;

    private readonly List<uint> _serials = [];
    private OggStream? _sound;

    public void Read()
    {
        if (!TryReadStreams(out var at))
        {
            return;
        }

        if (_sound is not { } sound)
        {
            reading.Error(MetadataCode.Unsupported, "neither Vorbis nor Opus");
            return;
        }

        var end = new OggEnd(reading, sound.Serial, _serials);
        if (!TryFindSound(at, sound.Serial, out var first) || !end.TryFind(at))
        {
            first = null;
        }

        // A recording that begins in the midst of a broadcast goes on with its count, which no single page can hold.
        var skipped = first is { } page && page.Granule > sound.MostSamples(page) ? page.Granule : sound.PreSkip;
        double? samples = end.Last is { } last ? Math.Max(0, last.Granule - skipped) : null;
        new Sound(sound.Rate, sound.Channels)
        {
            Seconds = sound.Rate > 0 ? samples / sound.Rate : null,
            Bytes = reading.Window.Length - first?.Offset,
        }.TellTo(reading);
    }

    /// <returns>False where the file ends or the page is none, which is recorded, or where bytes are missing.</returns>
    private bool TryReadStreams(out long at)
    {
        at = 0;
        for (var streams = 0; streams <= MaxStreams; streams++)
        {
            if (!OggPage.TryRead(reading, at, out var page))
            {
                return false;
            }

            if (!page.IsFirst)
            {
                return true;
            }

            if (!reading.TryRead(at + page.Header, page.Content, out var content))
            {
                return false;
            }

            _serials.Add(page.Serial);
            _sound ??= OggStream.Read(content, page.Serial);
            if (OggStream.IsVideo(content))
            {
                reading.Type = MediaType.OggVideo;
                reading.Error(MetadataCode.Unsupported, "moving pictures");
                return false;
            }

            at = page.End;
        }

        reading.Error(MetadataCode.TooManySegments, $"more than {MaxStreams} streams");
        return false;
    }

    /// <summary>
    /// Steps over the pages of headers, which have no position, as far as the head goes. Comments may hold a cover of
    /// any size: where they take more than the head, it stays unknown where the sound starts.
    /// </summary>
    private bool TryFindSound(long at, uint serial, out OggPage? first)
    {
        first = null;
        var head = Math.Min(reading.Limits.HeadBytes, reading.Window.Length);
        while (at <= head - OggPage.MaxHeader)
        {
            if (!OggPage.TryRead(reading, at, out var page))
            {
                return false;
            }

            if (page.Serial == serial && page.Granule > 0)
            {
                first = page;
                return true;
            }

            at = page.End;
        }

        return true;
    }
}
