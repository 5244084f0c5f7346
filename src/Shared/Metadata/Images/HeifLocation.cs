namespace PhotoLambda.Metadata;

/// <summary>Where an item's bytes are (ISO/IEC 14496-12, 8.11.3): in the file, or in the meta box's idat.</summary>
internal readonly ref struct HeifLocation
{
    private const uint InFile = 0, InData = 1;

    private readonly HeifFields _extents;
    private readonly HeifSizes _sizes;
    private readonly ulong _base;
    private readonly int _count;
    private readonly bool _isInFile;

    private HeifLocation(HeifFields extents, HeifSizes sizes, ulong origin, int count, bool isInFile)
    {
        _extents = extents;
        _sizes = sizes;
        (_base, _count, _isInFile) = (origin, count, isInFile);
    }

    public static bool TryFind(HeifMeta meta, uint item, out HeifLocation location)
    {
        location = default;
        var fields = new HeifFields(meta.Locations);
        var version = fields.Version(out _);
        var sizes = new HeifSizes((int)fields.Field(2), version);
        if (version > 2 || !sizes.AreSound)
        {
            return Refuse(meta, MetadataCode.Unsupported, $"iloc version {version}, sizes {sizes.Packed:X4}");
        }

        for (var entries = fields.Field(version < 2 ? 2 : 4); entries > 0 && !fields.IsShort; entries--)
        {
            var id = fields.Field(version < 2 ? 2 : 4);
            var method = version == 0 ? InFile : fields.Field(2) & 15;
            var reference = fields.Field(2);
            var origin = fields.Number(sizes.Base);
            var count = (int)fields.Field(2);
            if (id == item && !fields.IsShort)
            {
                location = new HeifLocation(fields, sizes, origin, count, method == InFile);
                return (reference == 0 && method is InFile or InData)
                    || Refuse(meta, MetadataCode.Unsupported, $"method {method}, data reference {reference}");
            }

            fields.Skip((long)count * sizes.Extent);
        }

        return Refuse(meta, MetadataCode.BadOffset, $"item {item} has no place in the file");
    }

    /// <param name="most">More bytes are refused.</param>
    /// <param name="at">Where they lie in the file; null where that is not in one piece.</param>
    public bool TryRead(HeifMeta meta, int most, out ReadOnlySpan<byte> bytes, out long? at)
    {
        bytes = default;
        at = null;
        if (!TryMeasure(meta, most, out var total))
        {
            return false;
        }

        if (_count != 1)
        {
            return TryJoin(meta, total, out bytes);
        }

        var extents = _extents;
        var start = Next(ref extents, meta, out var length);
        at = _isInFile ? start : null;
        return TryPart(meta, start, length, out bytes);
    }

    private bool TryJoin(HeifMeta meta, int total, out ReadOnlySpan<byte> bytes)
    {
        var joined = new byte[total];
        var extents = _extents;
        bytes = default;
        for (int i = 0, filled = 0; i < _count; i++)
        {
            var start = Next(ref extents, meta, out var length);
            if (!TryPart(meta, start, length, out var part))
            {
                return false;
            }

            part.CopyTo(joined.AsSpan(filled));
            filled += part.Length;
        }

        bytes = joined;
        return true;
    }

    /// <summary>Adds up the extents, of which each must lie within what they point into.</summary>
    private bool TryMeasure(HeifMeta meta, int most, out int total)
    {
        total = 0;
        var extents = _extents;
        var source = Source(meta);
        for (var i = 0; i < _count; i++)
        {
            var start = Next(ref extents, meta, out var length);
            if (extents.IsShort || start < 0 || start > source || length > source - start)
            {
                return Refuse(meta, MetadataCode.BadOffset, $"{length} bytes at {start} of {source}");
            }

            // Extents that share bytes cannot come to more than there are.
            if (length > Math.Min(most, source) - total)
            {
                return Refuse(meta, MetadataCode.TooLarge, $"extents of more than {Math.Min(most, source)} bytes");
            }

            total += (int)length;
        }

        return true;
    }

    /// <returns>Where the extent starts, negative where no file is that long.</returns>
    private long Next(ref HeifFields extents, HeifMeta meta, out long length)
    {
        extents.Skip(_sizes.Index);
        var offset = extents.Number(_sizes.Offset);
        var claimed = extents.Number(_sizes.Length);
        var start = _base <= long.MaxValue && offset <= long.MaxValue - _base ? (long)(_base + offset) : -1;
        // A single extent without a length is all from there on.
        length = claimed == 0 && _count == 1 ? Source(meta) - start : (long)Math.Min(claimed, long.MaxValue);
        return start;
    }

    private bool TryPart(HeifMeta meta, long start, long length, out ReadOnlySpan<byte> part)
    {
        if (_isInFile)
        {
            return meta.Reading.TryRead(start, (int)length, out part);
        }

        part = meta.Data.Slice((int)start, (int)length);
        return true;
    }

    private long Source(HeifMeta meta) => _isInFile ? meta.Reading.Window.Length : meta.Data.Length;

    private static bool Refuse(HeifMeta meta, string code, string detail)
    {
        meta.Reading.Errors.Add("exif", code, detail);
        return false;
    }
}

/// <summary>How many bytes each number of an iloc box takes: four packed numbers of four bits.</summary>
internal readonly record struct HeifSizes(int Packed, int Version)
{
    public int Offset => Packed >> 12;

    public int Length => (Packed >> 8) & 15;

    public int Base => (Packed >> 4) & 15;

    // In version 0 these bits are reserved.
    public int Index => Version == 0 ? 0 : Packed & 15;

    public int Extent => Index + Offset + Length;

    public bool AreSound => IsSound(Offset) && IsSound(Length) && IsSound(Base) && IsSound(Index);

    private static bool IsSound(int size) => size is 0 or 4 or 8;
}
