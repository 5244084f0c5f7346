using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>
/// Walks the RIFF chunks of a WebP (RFC 9649): size from the first one, EXIF from its own, which follows the image.
/// </summary>
internal sealed class WebPReader(Reading reading)
{
    private const byte ExifFlag = 0x08;

    private long _at = 12;
    private long _end;
    private bool _isCut;

    public void Read()
    {
        if (!reading.TryRead(0, 12, out var form))
        {
            return;
        }

        var riff = BinaryPrimitives.ReadUInt32LittleEndian(form[4..]) + (long)WebPChunk.Header;
        _end = Math.Min(riff, reading.Window.Length);
        _isCut = riff > _end;
        if (_isCut)
        {
            reading.Error(MetadataCode.Truncated, $"ends at {_end}, RIFF says {riff}");
        }

        if (!reading.TryRead(_at, WebPChunk.Header, out var header))
        {
            return;
        }

        var chunk = WebPChunk.Open(header);
        if (WebPSize.TryRead(reading, chunk, _at + WebPChunk.Header, out var flags) && !Overruns(chunk)
            && chunk.Type == WebPChunk.Extended)
        {
            FindExif(chunk, isAnnounced: (flags & ExifFlag) != 0);
        }
    }

    /// <summary>
    /// Where EXIF is not announced, only the head is looked through. Frames of an animation are many: behind the head
    /// they are not stepped over, but EXIF is looked for at the end.
    /// </summary>
    private void FindExif(WebPChunk chunk, bool isAnnounced)
    {
        for (var chunks = 1; chunks < reading.Limits.MaxSegments; chunks++)
        {
            _at += chunk.Size;
            var isBehindHead = _at >= reading.Limits.HeadBytes;
            if (isBehindHead && isAnnounced && chunk.Type == WebPChunk.AnimationFrame)
            {
                WebPEnd.ReadExif(reading, _at, _end);
                return;
            }

            if ((isBehindHead && !isAnnounced) || !TryNext(out chunk))
            {
                return;
            }

            if (chunk.Type == WebPChunk.Exif)
            {
                chunk.ReadExif(reading, _at + WebPChunk.Header);
                return;
            }
        }

        reading.Error(MetadataCode.TooManySegments, $"more than {reading.Limits.MaxSegments}");
    }

    /// <returns>False at the end, for a chunk that goes beyond it, or when bytes are missing.</returns>
    private bool TryNext(out WebPChunk chunk)
    {
        chunk = default;
        if (_at > _end - WebPChunk.Header || !reading.TryRead(_at, WebPChunk.Header, out var header))
        {
            return false;
        }

        chunk = WebPChunk.Open(header);
        return !Overruns(chunk);
    }

    private bool Overruns(WebPChunk chunk)
    {
        var overruns = chunk.Length > _end - _at - WebPChunk.Header;
        // In a file that is cut off, the last chunk goes beyond its end: that is told already.
        if (overruns && !_isCut)
        {
            reading.Error(MetadataCode.BadLength, $"chunk of {chunk.Length} bytes at {_at}, RIFF ends at {_end}");
        }

        return overruns;
    }
}
