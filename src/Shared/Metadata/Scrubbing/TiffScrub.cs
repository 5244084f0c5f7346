namespace PhotoLambda.Metadata.Scrubbing;

/// <summary>
/// Goes through all directories of a TIFF structure (TIFF 6.0; EXIF: CIPA DC-008) and blanks the GPS IFD with its
/// values, and what only their makers can read.
/// </summary>
internal sealed class TiffScrub
{
    private const int MaxDirectories = 64;

    private const int SubIFDs = 0x014A, Xmp = 0x02BC, ThumbnailOffset = 0x0201, ThumbnailLength = 0x0202;

    private readonly ScrubbedFile _file;
    private readonly int _start;
    private readonly int _length;
    private readonly Queue<uint> _next = [];
    private readonly HashSet<uint> _seen = [];
    private readonly HashSet<uint> _positions = [];
    private bool _isKnown = true;

    private TiffScrub(ScrubbedFile file, int start, int length) => (_file, _start, _length) = (file, start, length);

    private ReadOnlySpan<byte> Bytes => _file.Read(_start, _length);

    /// <param name="start">Of the TIFF header.</param>
    /// <returns>False where there is no TIFF structure, or one of more directories than any program writes.</returns>
    public static bool TryRun(ScrubbedFile file, int start, int length) =>
        TiffBlock.TryOpen(file.Read(start, length), out var block)
        && new TiffScrub(file, start, length).TryRun(block.U32(4));

    /// <summary>
    /// MakerNote and DNGPrivateData; GeoTIFF's scale, tie points, transformation, keys and parameters.
    /// </summary>
    public static bool IsOpaque(int tag) =>
        tag is 0x927C or 0xC634 or 0x830E or 0x8482 or 0x85D8 or 0x87AF or 0x87B0 or 0x87B1;

    private bool TryRun(uint first)
    {
        _next.Enqueue(first);
        while (_next.TryDequeue(out var offset))
        {
            if (_seen.Count >= MaxDirectories)
            {
                return false;
            }

            if (_seen.Add(offset))
            {
                Scrub(offset);
            }
        }

        // Last, since a malformed file's other directories may lie in the same bytes.
        foreach (var offset in _positions)
        {
            BlankDirectory(offset);
        }

        return _isKnown && _positions.Count <= MaxDirectories;
    }

    private void Scrub(uint offset)
    {
        TiffBlock.TryOpen(Bytes, out var block);
        var (thumbnail, thumbnailLength) = (0u, 0u);
        var (first, count) = Entries(block, offset);
        for (var entry = first; entry < first + (count * TiffBlock.EntryBytes); entry += TiffBlock.EntryBytes)
        {
            switch (block.U16(entry))
            {
                case (int)ExifTag.GPSInfoIFD:
                    AddOffsets(_positions, block, entry);
                    break;
                case (int)ExifTag.ExifIFD or SubIFDs or 0xA005:
                    AddOffsets(_next, block, entry);
                    break;
                case ThumbnailOffset:
                    thumbnail = block.U32(entry + 8);
                    break;
                case ThumbnailLength:
                    thumbnailLength = block.U32(entry + 8);
                    break;
                default:
                    ScrubValue(block, entry);
                    break;
            }
        }

        ScrubThumbnail(thumbnail, thumbnailLength);
        var end = first + (count * TiffBlock.EntryBytes);
        if (count > 0 && end <= _length - 4 && block.U32(end) is > 0 and var next)
        {
            _next.Enqueue(next);
        }
    }

    /// <summary>As many of a directory's entries as lie within the block.</summary>
    private (int First, int Count) Entries(TiffBlock block, uint offset) =>
        offset >= 8 && offset <= _length - 2
            ? ((int)offset + 2, Math.Min(block.U16((int)offset), (_length - (int)offset - 2) / TiffBlock.EntryBytes))
            : default;

    private static void AddOffsets(Queue<uint> to, TiffBlock block, int entry)
    {
        var set = new HashSet<uint>();
        AddOffsets(set, block, entry);
        foreach (var offset in set)
        {
            to.Enqueue(offset);
        }
    }

    private static void AddOffsets(HashSet<uint> to, TiffBlock block, int entry)
    {
        if (block.ReadValue(entry, out var value) is not null)
        {
            // Other readers may be less particular about types and counts.
            to.Add(block.U32(entry + 8));
            return;
        }

        for (var i = 0; i < Math.Min(value.Count, MaxDirectories + 1); i++)
        {
            to.Add((uint)(value.Integer(i) ?? block.U32(entry + 8)));
        }
    }

    /// <summary>Values that hold a position, or that nobody but a maker's own program can look into.</summary>
    private void ScrubValue(TiffBlock block, int entry)
    {
        var (start, end) = ValuePlace(block, entry);
        switch (block.U16(entry))
        {
            case var tag when IsOpaque(tag):
                _file.Blank(start, end);
                break;
            // ImageDescription, IPTC, Photoshop's resources, UserComment, XPTitle to XPSubject, GDAL's metadata.
            case Xmp or 0x010E or 0x83BB or 0x8649 or 0x9286 or (>= 0x9C9B and <= 0x9C9F) or 0xA480:
                _file.BlankText(start, end);
                break;
        }
    }

    /// <returns>Places in the file; of a value that goes beyond the block, what lies within.</returns>
    private (int Start, int End) ValuePlace(TiffBlock block, int entry)
    {
        // A type that TIFF does not know may be one of eight bytes.
        var size = TiffValue.SizeOf((TiffType)block.U16(entry + 2)) is > 0 and var known ? known : 8;
        var length = block.U32(entry + 4) * size;
        long at = length <= 4 ? entry + 8 : Math.Min(block.U32(entry + 8), _length);
        return (_start + (int)at, _start + (int)Math.Min(at + length, _length));
    }

    private void BlankDirectory(uint offset)
    {
        TiffBlock.TryOpen(Bytes, out var block);
        var (first, count) = Entries(block, offset);
        if (count == 0)
        {
            return;
        }

        // Blanked together: entries may share one value thousands of times.
        var places = new List<(int Start, int End)>();
        for (var entry = first; entry < first + (count * TiffBlock.EntryBytes); entry += TiffBlock.EntryBytes)
        {
            places.Add(ValuePlace(block, entry));
        }

        BlankAll(places);
        // A directory without entries, with none behind it.
        _file.Blank(_start + first - 2, _start + Math.Min(first + (count * TiffBlock.EntryBytes) + 4, _length));
    }

    /// <summary>Each byte once.</summary>
    private void BlankAll(List<(int Start, int End)> places)
    {
        places.Sort();
        var done = 0;
        foreach (var (start, end) in places.Where(p => p.End > p.Start))
        {
            if (end > done)
            {
                _file.Blank(Math.Max(start, done), end);
                done = end;
            }
        }
    }

    /// <summary>A thumbnail is a picture with segments of its own.</summary>
    private void ScrubThumbnail(uint offset, uint length)
    {
        if (length > 0 && offset < _length && length <= _length - offset)
        {
            var start = _start + (int)offset;
            if (JpegScrub.TryRun(_file, start, start + (int)length, isNested: true))
            {
                return;
            }

            // Of a block in a file it is a broken thumbnail; in a file that is all TIFF it may be the picture.
            _isKnown &= _start > 0;
            if (_isKnown)
            {
                _file.Blank(start, start + (int)length);
            }
        }
    }
}
