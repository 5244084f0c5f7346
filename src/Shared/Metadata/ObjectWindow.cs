using System.Runtime.InteropServices;

namespace PhotoLambda.Metadata;

/// <summary>Bytes of an object that a reading needs next: fetch them, add them to the window, read again.</summary>
internal readonly record struct ByteRange(long Offset, int Count);

/// <summary>The parts of an object that are at hand, addressed by their place in the whole object.</summary>
/// <param name="length">Length of the whole object in bytes.</param>
internal sealed class ObjectWindow(long length)
{
    // Most readings have one part, which then needs no list.
    private Part _first;
    private List<Part>? _others;

    public long Length => length;

    /// <summary>How many parts were added: the fetches that the reading took.</summary>
    public int Parts { get; private set; }

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
        var part = new Part(offset, MemoryMarshal.TryGetArray(bytes, out var array) ? array : bytes.ToArray());
        if (Parts++ == 0)
        {
            _first = part;
        }
        else
        {
            (_others ??= []).Add(part);
        }

        BytesHeld += bytes.Length;
    }

    /// <summary>Asks for this range in place of what is missing, which it holds.</summary>
    /// <returns>False for null: nothing is missing then, and the reading ends with what it has.</returns>
    public bool TryAsk(ByteRange? range) => (Missing = range) is not null;

    /// <returns>
    /// False when the bytes are not at hand (<see cref="Missing"/> then says which) or lie beyond the object's end.
    /// </returns>
    public bool TryRead(long offset, int count, out ReadOnlySpan<byte> bytes)
    {
        Missing = null;
        bytes = _first.From(offset);
        if (count > 0 && bytes.Length >= count)
        {
            bytes = bytes[..count];
            return true;
        }

        return offset >= 0 && count >= 0 && count <= length - offset && TryOthers(offset, count, out bytes);
    }

    private bool TryOthers(long offset, int count, out ReadOnlySpan<byte> bytes)
    {
        bytes = Held(offset);
        if (bytes.Length >= count)
        {
            bytes = bytes[..count];
            return true;
        }

        var end = offset + bytes.Length;
        while (end < offset + count && Held(end) is { IsEmpty: false } next)
        {
            end += next.Length;
        }

        if (end < offset + count)
        {
            Missing = new ByteRange(end, (int)(offset + count - end));
            bytes = default;
            return false;
        }

        bytes = Join(offset, count);
        return true;
    }

    /// <summary>Copies, which only happens where one part ends and the next begins.</summary>
    private byte[] Join(long offset, int count)
    {
        var joined = new byte[count];
        for (var filled = 0; filled < count;)
        {
            var part = Held(offset + filled);
            part = part[..Math.Min(part.Length, count - filled)];
            part.CopyTo(joined.AsSpan(filled));
            filled += part.Length;
        }

        return joined;
    }

    /// <returns>The longest run of bytes at hand in one part from this place on.</returns>
    private ReadOnlySpan<byte> Held(long offset)
    {
        var best = _first.From(offset);
        for (var i = 0; i < _others?.Count; i++)
        {
            var run = _others[i].From(offset);
            best = run.Length > best.Length ? run : best;
        }

        return best;
    }

    private readonly record struct Part(long Offset, ArraySegment<byte> Bytes)
    {
        /// <returns>Empty where it holds nothing of this place.</returns>
        public ReadOnlySpan<byte> From(long offset)
        {
            var skipped = offset - Offset;
            return skipped >= 0 && skipped < Bytes.Count ? Bytes.AsSpan((int)skipped) : default;
        }
    }
}
