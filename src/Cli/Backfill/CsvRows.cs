using System.Text;

namespace PhotoLambda.Cli.Backfill;

/// <summary>Reads CSV (RFC 4180) a row at a time; what it holds does not grow with the file.</summary>
internal sealed class CsvRows(TextReader text)
{
    // A key of 1,024 bytes has three times that encoded.
    private const int LongestRow = 64 * 1024;

    private const int MostFields = 100;

    private readonly char[] _buffer = new char[16 * 1024];
    private readonly StringBuilder _field = new();
    private readonly List<string> _row = [];

    private int _at;
    private int _end;
    private int _length;

    /// <summary>Of the row that was read last, from 1.</summary>
    public int Line { get; private set; }

    /// <returns>The fields, until the next is read; null at the end.</returns>
    /// <exception cref="FormatException">It is no CSV; the message begins with a verb.</exception>
    public async ValueTask<IReadOnlyList<string>?> ReadAsync(CancellationToken cancellation)
    {
        _row.Clear();
        _length = 0;
        Line++;
        if (await PeekAsync(cancellation) < 0)
        {
            return null;
        }

        while (true)
        {
            await ReadFieldAsync(cancellation);
            _row.Add(_field.ToString());
            _field.Clear();
            switch (await TakeAsync(cancellation))
            {
                case ',' when _row.Count == MostFields:
                    throw new FormatException($"has more than {MostFields} columns");
                case ',':
                    continue;
                case '\r' when await PeekAsync(cancellation) == '\n':
                    _at++;
                    return _row;
                case '\n' or -1:
                    return _row;
                default:
                    throw new FormatException("has something behind a closing quotation mark");
            }
        }
    }

    /// <summary>Leaves the reader at what ends the field.</summary>
    private async ValueTask ReadFieldAsync(CancellationToken cancellation)
    {
        if (await PeekAsync(cancellation) != '"')
        {
            while (await PeekAsync(cancellation) is not (-1 or ',' or '\n' or '\r') and var plain)
            {
                if (plain == '"')
                {
                    throw new FormatException("has a quotation mark in a field without quotation marks");
                }

                Append(await TakeAsync(cancellation));
            }

            return;
        }

        await TakeAsync(cancellation);
        while (true)
        {
            switch (await TakeAsync(cancellation))
            {
                case -1:
                    throw new FormatException("has no closing quotation mark");
                case '"' when await PeekAsync(cancellation) == '"':
                    Append(await TakeAsync(cancellation));
                    break;
                case '"':
                    return;
                case var unit:
                    Append(unit);
                    break;
            }
        }
    }

    private void Append(int unit)
    {
        if (++_length > LongestRow)
        {
            throw new FormatException($"is longer than {LongestRow} characters");
        }

        _field.Append((char)unit);
    }

    private ValueTask<int> TakeAsync(CancellationToken cancellation)
    {
        return _at < _end ? ValueTask.FromResult<int>(_buffer[_at++]) : SlowlyAsync();

        async ValueTask<int> SlowlyAsync() => await PeekAsync(cancellation) < 0 ? -1 : _buffer[_at++];
    }

    private ValueTask<int> PeekAsync(CancellationToken cancellation)
    {
        return _at < _end ? ValueTask.FromResult<int>(_buffer[_at]) : SlowlyAsync();

        async ValueTask<int> SlowlyAsync()
        {
            (_at, _end) = (0, await text.ReadAsync(_buffer, cancellation));
            return _end == 0 ? -1 : _buffer[0];
        }
    }
}
