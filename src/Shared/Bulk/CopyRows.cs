using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;
using PhotoLambda.Database;

namespace PhotoLambda.Bulk;

/// <summary>
/// Rows in PostgreSQL's binary COPY format, one behind the other in one buffer, without the fields that are known only
/// when they are sent. https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4
/// </summary>
internal sealed class CopyRows : IDisposable
{
    private const int FirstBuffer = 64 * 1024;
    private const byte JsonbVersion = 1;

    private readonly List<CopyRow> _rows = [];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    private int _length;
    private int _start;
    private CopyRow _row;
    private volatile bool _isAbandoned;

    public int Count => _rows.Count;

    public CopyRow this[int index] => _rows[index];

    public ReadOnlySpan<byte> Fields(CopyRow row) => _buffer.AsSpan(row.Start, row.Length);

    /// <summary>Bucket and key of the object, in that order, as the row has them.</summary>
    public ReadOnlySpan<byte> Place(CopyRow row) => _buffer.AsSpan(row.PlaceStart, row.PlaceLength);

    public void Begin() => (_start, _row) = (_length, new CopyRow { Start = _length });

    /// <param name="id">Of the photo; null: one is made when the row is sent.</param>
    /// <returns>The index of the row that is now complete.</returns>
    public int End(Guid? id)
    {
        _rows.Add(_row with { Length = _length - _start, Id = id ?? Guid.Empty });
        return _rows.Count - 1;
    }

    /// <summary>Drops the row that was begun.</summary>
    public void Undo() => _length = _start;

    /// <summary>Drops all rows from this index on.</summary>
    public void Truncate(int count)
    {
        if (count < _rows.Count)
        {
            _length = _rows[count].Start;
            _rows.RemoveRange(count, _rows.Count - count);
        }
    }

    public void Identify(int index, Guid id) => _rows[index] = _rows[index] with { Id = id };

    public void Null() => BinaryPrimitives.WriteInt32BigEndian(Grow(4), -1);

    public void Bytes(ReadOnlySpan<byte> value)
    {
        var field = Grow(4 + value.Length);
        BinaryPrimitives.WriteInt32BigEndian(field, value.Length);
        value.CopyTo(field[4..]);
    }

    /// <returns>False where the text has half a surrogate pair; what was written is then no field.</returns>
    public bool Text(string? value) => Utf16(value, default);

    /// <param name="value">JSON as text.</param>
    /// <inheritdoc cref="Text" path="/returns"/>
    public bool Jsonb(string? value) => Utf16(value, [JsonbVersion]);

    /// <summary>The texts of bucket and key, by which the rows are sorted when they are sent.</summary>
    public void Place(ReadOnlySpan<byte> bucket, ReadOnlySpan<byte> key)
    {
        var start = _length;
        Bytes(bucket);
        Bytes(key);
        _row = _row with { PlaceStart = start, PlaceLength = _length - start };
    }

    /// <inheritdoc cref="Text" path="/returns"/>
    /// <inheritdoc cref="Place(ReadOnlySpan{byte}, ReadOnlySpan{byte})" path="/summary"/>
    public bool Place(string? bucket, string? key)
    {
        var start = _length;
        var isText = Text(bucket) & Text(key);
        _row = _row with { PlaceStart = start, PlaceLength = _length - start };
        return isText;
    }

    public void Int16(short? value)
    {
        if (value is not { } number)
        {
            Null();
            return;
        }

        var field = Grow(6);
        BinaryPrimitives.WriteInt32BigEndian(field, 2);
        BinaryPrimitives.WriteInt16BigEndian(field[4..], number);
    }

    public void Int32(int? value)
    {
        if (value is not { } number)
        {
            Null();
            return;
        }

        var field = Grow(8);
        BinaryPrimitives.WriteInt32BigEndian(field, 4);
        BinaryPrimitives.WriteInt32BigEndian(field[4..], number);
    }

    public void Int64(long? value)
    {
        if (value is not { } number)
        {
            Null();
            return;
        }

        var field = Grow(12);
        BinaryPrimitives.WriteInt32BigEndian(field, 8);
        BinaryPrimitives.WriteInt64BigEndian(field[4..], number);
    }

    public void Uuid(Guid? value)
    {
        if (value is not { } id)
        {
            Null();
            return;
        }

        WriteUuid(Grow(20), id);
    }

    /// <summary>A timestamp, with or without time zone; what is finer than a microsecond is cut off.</summary>
    public void Timestamp(DateTime? value) =>
        Int64(value is { } time ? PlainFormat.Microseconds(time) : null);

    /// <param name="value">JSON as text.</param>
    public void Jsonb(ReadOnlySpan<byte> value)
    {
        var field = Grow(5 + value.Length);
        BinaryPrimitives.WriteInt32BigEndian(field, 1 + value.Length);
        field[4] = JsonbVersion;
        value.CopyTo(field[5..]);
    }

    /// <summary>An array of texts: <see cref="BeginTexts"/>, as many <see cref="Bytes"/>, <see cref="EndTexts"/>.
    /// </summary>
    /// <returns>For <see cref="EndTexts"/>.</returns>
    public int BeginTexts()
    {
        var at = _length;
        Grow(24);
        return at;
    }

    public void EndTexts(int at, int count)
    {
        const int TextOid = 25;
        if (count == 0)
        {
            _length = at + 16;
        }

        var head = _buffer.AsSpan(at);
        BinaryPrimitives.WriteInt32BigEndian(head, _length - at - 4);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], count == 0 ? 0 : 1);
        BinaryPrimitives.WriteInt32BigEndian(head[8..], 0);
        BinaryPrimitives.WriteInt32BigEndian(head[12..], TextOid);
        if (count > 0)
        {
            BinaryPrimitives.WriteInt32BigEndian(head[16..], count);
            BinaryPrimitives.WriteInt32BigEndian(head[20..], 1);
        }
    }

    /// <param name="field">At least 20 bytes.</param>
    public static void WriteUuid(Span<byte> field, Guid value)
    {
        BinaryPrimitives.WriteInt32BigEndian(field, 16);
        value.TryWriteBytes(field[4..], bigEndian: true, out _);
    }

    /// <summary>Says that somebody who was given up may still read the rows: their memory gets no other use.</summary>
    public void Abandon() => _isAbandoned = true;

    public void Dispose()
    {
        if (!_isAbandoned)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private bool Utf16(string? value, ReadOnlySpan<byte> prefix)
    {
        if (value is null)
        {
            Null();
            return true;
        }

        // Three bytes for each char are always enough.
        var most = 4 + prefix.Length + (value.Length * 3);
        var field = Grow(most);
        prefix.CopyTo(field[4..]);
        var status = Utf8.FromUtf16(
            value, field[(4 + prefix.Length)..], out _, out var written, replaceInvalidSequences: false);
        BinaryPrimitives.WriteInt32BigEndian(field, prefix.Length + written);
        _length -= most - 4 - prefix.Length - written;
        return status == OperationStatus.Done;
    }

    private Span<byte> Grow(int bytes)
    {
        if (_buffer.Length - _length < bytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + bytes));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var span = _buffer.AsSpan(_length, bytes);
        _length += bytes;
        return span;
    }
}

/// <summary>Where a row is in its buffer.</summary>
/// <param name="Id">Of the photo; all zeros until it has one.</param>
internal readonly record struct CopyRow(
    int Start, int Length, int PlaceStart, int PlaceLength, Guid Id);
