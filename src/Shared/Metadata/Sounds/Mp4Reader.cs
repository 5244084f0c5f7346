namespace PhotoLambda.Metadata;

/// <summary>
/// Walks the boxes of an MPEG-4 file (ISO 14496-12) to its movie box, wherever that is, and takes the first track of
/// sound. A track of moving pictures makes the file a film, whatever its brand says.
/// </summary>
internal sealed class Mp4Reader(Reading reading)
{
    private readonly Mp4Movie _movie = new(reading);
    private bool _hasMovie;
    private bool _hasMedia;

    /// <summary>Where the file ends, or would if nothing were missing.</summary>
    private long _end = reading.Window.Length;

    /// <summary>Bytes of the boxes that hold no media.</summary>
    private long _others;

    public void Read()
    {
        var isWhole = TryWalk();
        if (_movie.HasPictures)
        {
            reading.Type = MediaType.Mp4Video;
            reading.Error(MetadataCode.Unsupported, "a track of moving pictures");
        }
        else if (_movie.Sound is { } track)
        {
            reading.Type = _movie.IsWhole ? MediaType.M4a : null;
            var sound = new Sound(track.Rate, track.Channels) { Seconds = _movie.Seconds, Bytes = _end - _others };
            sound.TellTo(reading);
        }
        else if (isWhole)
        {
            reading.Error(MetadataCode.BadStructure, _hasMovie ? "no track of sound" : "no moov");
        }
    }

    /// <returns>False where the walk could not come to its end: the reason is recorded, or bytes are missing.</returns>
    private bool TryWalk()
    {
        var at = 0L;
        for (var boxes = 0; !(_hasMovie && _hasMedia) && at < reading.Window.Length; boxes++)
        {
            if (boxes == reading.Limits.MaxSegments)
            {
                reading.Error(MetadataCode.TooManySegments, $"more than {boxes}");
                return false;
            }

            if (!Mp4Box.TryRead(reading, at, reading.Window.Length, out var box) || !TryBox(box, at))
            {
                return false;
            }

            at = box.End;
        }

        return true;
    }

    private bool TryBox(Mp4Box box, long at)
    {
        _hasMedia |= box.Type == Mp4Box.Mdat;
        _others += box.Type == Mp4Box.Mdat ? 0 : box.End - at;
        if (box.End > reading.Window.Length)
        {
            _end = box.End;
            reading.Error(MetadataCode.Truncated, $"ends at {reading.Window.Length}, within the box at {at}");
            return false;
        }

        if (box.Type == Mp4Box.Moov && !_hasMovie)
        {
            _hasMovie = true;
            return _movie.TryRead(box) && !_movie.HasPictures;
        }

        return box.Type != Mp4Box.Sidx || _movie.TryIndex(box);
    }
}
