using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>One track of a movie (ISO 14496-12, 8.3).</summary>
internal sealed class Mp4Track
{
    private const uint SoundHandler = 0x736F756E, VideoHandler = 0x76696465;

    private uint _handler;
    private ulong _edited;
    private bool _isEdited;

    /// <summary>Units per second of <see cref="Duration"/>.</summary>
    public uint Scale { get; private set; }

    public ulong Duration { get; private set; }

    public long MediaEnd { get; set; }

    public long Rate { get; set; }

    public long? Channels { get; set; }

    public bool IsSound => _handler == SoundHandler;

    public bool IsPictures => _handler == VideoHandler;

    public bool IsOther => !IsSound && !IsPictures;

    /// <param name="movieScale">Units per second of the edit list.</param>
    public double Seconds(uint movieScale)
    {
        var all = (double)Duration / Scale;
        return _isEdited && _edited > 0 && movieScale > 0 ? Math.Min(all, (double)_edited / movieScale) : all;
    }

    /// <returns>False where the box is broken, which is recorded, or bytes are missing.</returns>
    public bool TryBox(Reading reading, Mp4Box box)
    {
        switch (box.Type)
        {
            case Mp4Box.Mdhd:
                var isRead = TryTimes(reading, box, out var scale, out var duration);
                (Scale, Duration) = (scale, duration);
                return isRead;
            case Mp4Box.Hdlr:
                isRead = box.TryRead(reading, 12, out var bytes);
                _handler = isRead ? BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]) : 0;
                return isRead;
            case Mp4Box.Elst:
                return TryEdits(reading, box);
            default:
                return true;
        }
    }

    /// <summary>Reads what mvhd and mdhd have in common: two dates, a time scale, a duration.</summary>
    public static bool TryTimes(Reading reading, Mp4Box box, out uint scale, out ulong duration)
    {
        (scale, duration) = (0, 0);
        if (!box.TryRead(reading, 20, out var bytes))
        {
            return false;
        }

        if (bytes[0] != 1)
        {
            scale = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
            duration = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
            // All ones stand for unknown.
            duration = duration == uint.MaxValue ? 0 : duration;
            return true;
        }

        if (!box.TryRead(reading, 32, out bytes))
        {
            return false;
        }

        scale = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]);
        duration = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
        duration = duration == ulong.MaxValue ? 0 : duration;
        return true;
    }

    /// <summary>
    /// Edits name the parts that are played: encoders of AAC leave out the samples with which they begin. A list that
    /// has more than a few is a montage, and its sum may be of parts that repeat.
    /// </summary>
    private bool TryEdits(Reading reading, Mp4Box box)
    {
        const int most = 16;
        if (!box.TryRead(reading, 8, out var bytes))
        {
            return false;
        }

        var (isLong, count) = (bytes[0] == 1, BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));
        var size = isLong ? 20 : 12;
        if (count > most)
        {
            reading.Error(MetadataCode.BadCount, $"{count} edits, limit {most}");
            return true;
        }

        if (!box.TryRead(reading, 8 + ((int)count * size), out bytes))
        {
            return false;
        }

        for (var at = 8; at < bytes.Length; at += size)
        {
            var edit = bytes.Slice(at, size);
            var length = isLong
                ? BinaryPrimitives.ReadUInt64BigEndian(edit)
                : BinaryPrimitives.ReadUInt32BigEndian(edit);
            var from = isLong
                ? BinaryPrimitives.ReadInt64BigEndian(edit[8..])
                : BinaryPrimitives.ReadInt32BigEndian(edit[4..]);
            // An edit from nowhere (-1) is silence before the sound.
            _edited += from < 0 ? 0 : Math.Min(length, uint.MaxValue * 1000UL);
            _isEdited = true;
        }

        return true;
    }
}
