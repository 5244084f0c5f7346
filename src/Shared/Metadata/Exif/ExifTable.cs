namespace PhotoLambda.Metadata;

/// <summary>
/// Finds the wanted tags of an EXIF block in one pass over its directories, then reads each at most once. So the work
/// is bounded by the block's length, however many entries repeat a tag or share a value: the first one counts.
/// </summary>
/// <param name="block">At most 64 KiB.</param>
/// <param name="entries">Room for <see cref="ExifTags.Slots"/> places, all zero.</param>
internal readonly ref struct ExifTable(TiffBlock block, Span<ushort> entries, MetadataErrors errors)
{
    private readonly TiffBlock _block = block;
    private readonly Span<ushort> _entries = entries;

    public MetadataErrors Errors => errors;

    /// <summary>Notes where the directory's wanted entries are.</summary>
    /// <param name="directory">For error messages, e.g. <c>IFD0</c>.</param>
    /// <param name="first">The lowest tag number that means anything in this directory; likewise the last.</param>
    /// <returns>The offset of the next directory, 0 when there is none.</returns>
    public uint Index(string directory, uint offset, ExifTag first, ExifTag last)
    {
        if (offset < 8 || offset > _block.Length - 2)
        {
            errors.Add(directory, MetadataCode.BadOffset, $"starts at {offset} of {_block.Length} bytes");
            return 0;
        }

        var start = (int)offset + 2;
        var count = _block.U16((int)offset);
        var fitting = Math.Min(count, (_block.Length - start) / TiffBlock.EntryBytes);
        if (fitting < count)
        {
            errors.Add(directory, MetadataCode.BadCount, $"has {count} entries, room for {fitting}");
        }

        for (var entry = start; entry < start + (fitting * TiffBlock.EntryBytes); entry += TiffBlock.EntryBytes)
        {
            Note(entry, first, last);
        }

        var end = start + (fitting * TiffBlock.EntryBytes);
        return fitting == count && end <= _block.Length - 4 ? _block.U32(end) : 0;
    }

    /// <returns>False for a tag that is absent, or whose value is malformed, which is then recorded.</returns>
    public bool TryGet(ExifTag tag, out TiffValue value)
    {
        value = default;
        var entry = _entries[ExifTags.Slot((int)tag)];
        if (entry == 0)
        {
            return false;
        }

        if (_block.ReadValue(entry, out value) is { } code)
        {
            var detail = $"type {_block.U16(entry + 2)}, count {_block.U32(entry + 4)}, value {_block.U32(entry + 8)}";
            errors.Add(tag, code, detail);
            return false;
        }

        return true;
    }

    /// <returns>Null when absent, blank or not text.</returns>
    public string? Text(ExifTag tag) => TryGetText(tag, out var bytes) ? ExifText.Clean(bytes) : null;

    /// <param name="bytes">As stored: not yet cleaned, perhaps empty.</param>
    public bool TryGetText(ExifTag tag, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!TryGet(tag, out var value))
        {
            return false;
        }

        if (value.Type is not (TiffType.Ascii or TiffType.Utf8 or TiffType.Undefined or TiffType.Byte))
        {
            errors.Add(tag, MetadataCode.BadType, $"type {(int)value.Type} is not text");
            return false;
        }

        bytes = value.Bytes;
        return true;
    }

    public int? Integer(ExifTag tag, long least, long most)
    {
        if (!TryGet(tag, out var value))
        {
            return null;
        }

        if (value.Integer(0) is not { } number)
        {
            errors.Add(tag, MetadataCode.BadType, $"type {(int)value.Type} is not a whole number");
            return null;
        }

        return number >= least && number <= most ? (int)number : OutOfRange(tag, number);
    }

    public Fraction? Fraction(ExifTag tag) => TryGet(tag, out var value) ? Fraction(tag, value, 0) : null;

    /// <param name="item">From 0; a missing item is recorded as a wrong count.</param>
    public Fraction? Fraction(ExifTag tag, in TiffValue value, int item)
    {
        if (item >= value.Count)
        {
            errors.Add(tag, MetadataCode.BadCount, $"has {value.Count} values");
            return null;
        }

        switch (value.Rational(item))
        {
            case null:
                errors.Add(tag, MetadataCode.BadType, $"type {(int)value.Type} is not a number");
                return null;
            case (var numerator, 0):
                errors.Add(tag, MetadataCode.ZeroDenominator, $"{numerator}/0");
                return null;
            case var (numerator, denominator):
                return new Fraction(numerator, denominator);
        }
    }

    public double? Number(ExifTag tag, double least, double most)
    {
        var number = Fraction(tag)?.Value;
        return number is null || (number >= least && number <= most) ? number : OutOfRange(tag, number.Value);
    }

    public int? OutOfRange(ExifTag tag, double number)
    {
        errors.Add(tag, MetadataCode.OutOfRange, FormattableString.Invariant($"{number:R}"));
        return null;
    }

    private void Note(int entry, ExifTag first, ExifTag last)
    {
        var tag = _block.U16(entry);
        if (tag >= (int)first && tag <= (int)last && ExifTags.Slot(tag) is >= 0 and var slot && _entries[slot] == 0)
        {
            _entries[slot] = (ushort)entry;
        }
    }
}
