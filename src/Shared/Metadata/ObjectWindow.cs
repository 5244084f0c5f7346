namespace PhotoLambda.Metadata;

/// <summary>Bytes of an object that a reading needs next: fetch them, add them to the window, read again.</summary>
internal readonly record struct ByteRange(long Offset, int Count);

/// <summary>The parts of an object that are at hand, addressed by their place in the whole object.</summary>
/// <param name="length">Length of the whole object in bytes.</param>
/// <param name="blockBytes">The least that <see cref="Missing"/> asks for, where the object is that long.</param>
internal sealed class ObjectWindow(long length, int blockBytes = 16 * 1024)
{
    private readonly List<(long Offset, ReadOnlyMemory<byte> Bytes)> _parts = [];

    public long Length => length;

    /// <summary>Sum of what was added: what the reading has cost so far.</summary>
    public long BytesHeld { get; private set; }

    /// <summary>What the last <see cref="TryRead"/> lacked; null also when it asked beyond the object's end.</summary>
    public ByteRange? Missing { get; private set; }

    /// <summary>Adds a part. Parts may come in any order and may overlap.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie within the object.</exception>
    public void Add(long offset, ReadOnlyMemory<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, length - offset);
        _parts.Add((offset, bytes));
        BytesHeld += bytes.Length;
    }

    public void ForgetMissing() => Missing = null;

    /// <returns>
    /// False when the bytes are not at hand (<see cref="Missing"/> then says which) or lie beyond the object's end.
    /// </returns>
    /// <param name="most">Where less than a block will do: the most that <see cref="Missing"/> is to ask for.</param>
    public bool TryRead(long offset, int count, out ReadOnlySpan<byte> bytes, int most = int.MaxValue)
    {
        Missing = null;
        bytes = default;
        if (offset < 0 || count > length - offset)
        {
            return false;
        }

        bytes = Held(offset);
        if (bytes.Length >= count)
        {
            bytes = bytes[..count];
            return true;
        }

        return TryJoin(offset, count, ref bytes, Math.Min(blockBytes, most));
    }

    /// <summary>Copies, which only happens where one part ends and the next begins.</summary>
    private bool TryJoin(long offset, int count, ref ReadOnlySpan<byte> bytes, int block)
    {
        var end = offset + bytes.Length;
        while (end < offset + count && Held(end) is { IsEmpty: false } next)
        {
            end += next.Length;
        }

        if (end < offset + count)
        {
            var wanted = Math.Max(offset + count - end, block);
            Missing = new ByteRange(end, (int)Math.Min(wanted, length - end));
            bytes = default;
            return false;
        }

        var joined = new byte[count];
        for (var filled = 0; filled < count;)
        {
            var part = Held(offset + filled);
            part = part[..Math.Min(part.Length, count - filled)];
            part.CopyTo(joined.AsSpan(filled));
            filled += part.Length;
        }

        bytes = joined;
        return true;
    }

    /// <returns>The longest run of bytes at hand in one part from this place on.</returns>
    private ReadOnlySpan<byte> Held(long offset)
    {
        var best = ReadOnlySpan<byte>.Empty;
        foreach (var (start, bytes) in _parts)
        {
            if (start <= offset && offset - start < bytes.Length && start + bytes.Length - offset > best.Length)
            {
                best = bytes.Span[(int)(offset - start)..];
            }
        }

        return best;
    }
}
