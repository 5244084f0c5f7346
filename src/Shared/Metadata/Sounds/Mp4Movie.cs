using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>What the movie box (ISO 14496-12, 8.2) says: time scale, tracks, and how long fragments go on.</summary>
internal sealed class Mp4Movie(Reading reading)
{
    private uint _scale;
    private ulong _fragmented;
    private double? _indexed;
    private Mp4Track? _track;

    /// <summary>The first track of sound.</summary>
    public Mp4Track? Sound { get; private set; }

    public bool HasPictures { get; private set; }

    /// <summary>Whether all tracks were seen.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Of the sound: what is to be played of it, where the file says that, else all that it has.</summary>
    public double? Seconds => Sound switch
    {
        { Duration: > 0, Scale: > 0 } track => track.Seconds(_scale),
        not null when _fragmented > 0 && _scale > 0 => (double)_fragmented / _scale,
        _ => _indexed,
    };

    /// <returns>False where a box is broken, which is recorded, or bytes are missing.</returns>
    public bool TryRead(Mp4Box movie)
    {
        var at = movie.Content;
        for (var boxes = 0; at < movie.End && !HasPictures; boxes++)
        {
            if (boxes == reading.Limits.MaxSegments)
            {
                reading.Error(MetadataCode.TooManySegments, $"more than {boxes}");
                return false;
            }

            if (!Mp4Box.TryRead(reading, at, movie.End, out var box))
            {
                return false;
            }

            if (box.End > movie.End)
            {
                reading.Error(MetadataCode.BadLength, $"box at {at} goes beyond its parent's end");
                return false;
            }

            // Boxes are entered by going on within them: depth costs nothing.
            at = box.IsContainer ? box.Content : box.End;
            if (!TryBox(box, ref at))
            {
                return false;
            }
        }

        return IsWhole = true;
    }

    /// <summary>A segment index says how long each of the fragments is that it lists.</summary>
    /// <returns>False where the box is broken, which is recorded, or bytes are missing.</returns>
    public bool TryIndex(Mp4Box box)
    {
        const int mostSegments = 4000;
        if (!box.TryRead(reading, 8, out var bytes))
        {
            return false;
        }

        var head = bytes[0] == 0 ? 24 : 32;
        if (!box.TryRead(reading, head, out bytes))
        {
            return false;
        }

        var scale = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        var count = BinaryPrimitives.ReadUInt16BigEndian(bytes[(head - 2)..]);
        if (count > mostSegments || scale == 0)
        {
            reading.Error(MetadataCode.BadCount, $"{count} segments, limit {mostSegments}, {scale} units a second");
            return false;
        }

        if (!box.TryRead(reading, head + (count * 12), out bytes))
        {
            return false;
        }

        var sum = 0L;
        for (var at = head; at < bytes.Length; at += 12)
        {
            sum += BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 4)..]);
        }

        _indexed ??= (double)sum / scale;
        return true;
    }

    private bool TryBox(Mp4Box box, ref long at)
    {
        switch (box.Type)
        {
            case Mp4Box.Trak:
                _track = new Mp4Track();
                return true;
            case Mp4Box.Mdia when _track is not null:
                _track.MediaEnd = box.End;
                return true;
            case Mp4Box.Mvhd:
                return Mp4Track.TryTimes(reading, box, out _scale, out _);
            case Mp4Box.Mehd:
                return TryMehd(box);
            case Mp4Box.Stsd when _track is not null:
                // What follows are tables of all samples; the next box of interest lies behind the media box.
                at = Math.Max(at, _track.MediaEnd);
                return TryTrack(box, _track);
            default:
                return _track?.TryBox(reading, box) ?? true;
        }
    }

    private bool TryMehd(Mp4Box box)
    {
        if (!box.TryRead(reading, 8, out var bytes) || (bytes[0] == 1 && !box.TryRead(reading, 12, out bytes)))
        {
            return false;
        }

        _fragmented = bytes[0] == 1
            ? BinaryPrimitives.ReadUInt64BigEndian(bytes[4..])
            : BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        return true;
    }

    private bool TryTrack(Mp4Box box, Mp4Track track)
    {
        const int most = 4096;
        var count = (int)Math.Min(box.End - box.Content, most);
        if (track.IsOther)
        {
            return true;
        }

        if (!box.TryRead(reading, Math.Max(count, Mp4SoundEntry.At), out var bytes))
        {
            return false;
        }

        HasPictures = track.IsPictures && !Mp4SoundEntry.IsStill(bytes);
        if (track.IsSound && Sound is null)
        {
            (track.Rate, track.Channels) = Mp4SoundEntry.Read(bytes, track.Scale);
            Sound = track;
        }

        return true;
    }
}
