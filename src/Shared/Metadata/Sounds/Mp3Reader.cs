namespace PhotoLambda.Metadata;

/// <summary>
/// Reads the sound of an MP3 behind its tags: length from the encoder's header where there is one, else from the
/// bitrate of the frames that follow.
/// </summary>
internal sealed class Mp3Reader(Reading reading)
{
    /// <summary>Looked at for the first frame, and to learn the bitrate: about two seconds at 128 kbit/s.</summary>
    private const int Stretch = 32 * 1024;

    private long _start;

    public void Read()
    {
        if (!SoundTags.TrySkipId3(reading, Stretch, out _start, out var bytes))
        {
            return;
        }

        if (bytes.StartsWith("fLaC"u8))
        {
            reading.Type = MediaType.Flac;
            new FlacReader(reading, _start).Read();
        }
        else if (IsAdts(bytes))
        {
            reading.Type = MediaType.Unknown;
            reading.Error(MetadataCode.UnknownType, $"AAC in ADTS at {_start}, behind tags");
        }
        else if (TryFindFrame(ref bytes, out var first))
        {
            ReadSound(bytes, first);
        }
        else
        {
            reading.Error(MetadataCode.BadStructure, $"no two frames of layer III in a row from {_start} on");
        }
    }

    private void ReadSound(ReadOnlySpan<byte> bytes, Mp3Frame first)
    {
        var hasHeader = Mp3Header.TryRead(bytes, first, out var header);
        var (rest, counted) = (reading.Window.Length - _start, header.Bytes);
        if (counted > rest)
        {
            reading.Error(MetadataCode.Truncated, $"has {rest} of {counted} bytes");
        }

        // Only where more follows than the header counts must the end be looked at: it may be a large tag.
        if (!header.Fits(rest))
        {
            if (!SoundTags.TryFindEnd(reading, _start, out var end))
            {
                return;
            }

            rest = end - _start;
        }

        var silent = hasHeader ? Math.Min(first.Length, bytes.Length) : 0;
        if (header.Fits(rest))
        {
            var seconds = (double)header.Frames * first.Samples / first.Rate;
            Tell(first, seconds, (counted > 0 ? counted : rest) - silent);
            return;
        }

        if (header.Frames > 0)
        {
            reading.Error(MetadataCode.BadCount, $"{header.Frames} frames, {counted} bytes, of {rest} in the file");
        }

        ReadFrames(bytes[silent..], rest - silent, first);
    }

    /// <summary>
    /// Without a count the length follows from the bitrate: the header's own if the frames keep it, else the average of
    /// those at hand. A file whose frames are all at hand is counted.
    /// </summary>
    private void ReadFrames(ReadOnlySpan<byte> bytes, long length, Mp3Frame first)
    {
        bytes = bytes[..(int)Math.Min(bytes.Length, length)];
        var at = 0;
        var samples = 0L;
        while (Mp3Frame.TryRead(bytes[Math.Min(at, bytes.Length)..], out var frame) && first.IsFollowedBy(frame))
        {
            at += frame.Length;
            samples += frame.Samples;
        }

        if (at > length)
        {
            reading.Error(MetadataCode.Truncated, $"ends at {reading.Window.Length}, within a frame");
        }

        var seconds = samples / (double)first.Rate;
        if (at != length && at > 0)
        {
            // One byte of padding more or less is how a constant bitrate is kept.
            var isConstant = Math.Abs(at - (seconds * first.Bitrate / 8)) <= 2;
            seconds = isConstant ? length * 8d / first.Bitrate : length * seconds / at;
        }

        Tell(first, seconds, length);
    }

    private void Tell(Mp3Frame first, double seconds, long bytes) =>
        new Sound(first.Rate, first.Channels) { Seconds = seconds, Bytes = bytes }.TellTo(reading);

    /// <summary>Goes to the first frame that another one, or the end of the file, follows.</summary>
    private bool TryFindFrame(ref ReadOnlySpan<byte> bytes, out Mp3Frame frame)
    {
        frame = default;
        for (var at = bytes.IndexOf((byte)0xFF); at >= 0;)
        {
            if (Mp3Frame.TryRead(bytes[at..], out frame) && IsFollowed(bytes[at..], frame, isFirst: at == 0))
            {
                bytes = bytes[at..];
                _start += at;
                return true;
            }

            var next = bytes[(at + 1)..].IndexOf((byte)0xFF);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return false;
    }

    private static bool IsFollowed(ReadOnlySpan<byte> bytes, Mp3Frame frame, bool isFirst)
    {
        if (frame.Length > bytes.Length - Mp3Frame.Header)
        {
            return isFirst;
        }

        var next = bytes[frame.Length..];
        return Mp3Frame.TryRead(next, out var other) ? frame.IsFollowedBy(other) : isFirst && next.StartsWith("TAG"u8);
    }

    // ISO 13818-7, 6.2: twelve bits set, layer 0, one of thirteen sampling rates.
    private static bool IsAdts(ReadOnlySpan<byte> bytes) =>
        bytes is [0xFF, var second, var third, ..] && (second & 0xF6) == 0xF0 && ((third >> 2) & 15) < 13;
}
