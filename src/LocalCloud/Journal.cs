namespace PhotoLambda.Local;

/// <summary>
/// An append-only file of records, one line each. What was appended before the process was killed is there when
/// the file is opened again; a last line that was only half written is dropped, since nobody was told of it.
/// Not safe for concurrent use: its owner holds a lock anyway.
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly string _path;
    private FileStream _file;

    /// <param name="path">The file; made, with its folder, when missing.</param>
    /// <param name="replay">Called once for each whole record, oldest first, without its line end.</param>
    public Journal(string path, Action<ReadOnlyMemory<byte>> replay)
    {
        _path = path;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _file = Open(path);
        var whole = Replay(_file, replay);
        _file.SetLength(whole);
        _file.Position = whole;
    }

    /// <summary>Records appended since the last <see cref="Rewrite"/>: a measure of when to call it.</summary>
    public int Appended { get; private set; }

    /// <param name="record">UTF-8 text without a line feed, such as a JSON object.</param>
    public void Append(ReadOnlySpan<byte> record) => AppendAll([record.ToArray()]);

    /// <summary>Appends all of them, or none if that fails; a kill in the midst may leave the first ones.</summary>
    public void AppendAll(IReadOnlyCollection<byte[]> records)
    {
        // One write, so that a kill leaves whole lines or a torn one at the end, never one in the middle.
        var lines = new byte[records.Sum(r => r.Length + 1)];
        var length = 0;
        foreach (var record in records)
        {
            record.CopyTo(lines, length);
            length += record.Length + 1;
            lines[length - 1] = (byte)'\n';
        }

        var end = _file.Position;
        try
        {
            _file.Write(lines);
            _file.Flush();
        }
        catch (IOException)
        {
            // A full disk may leave half a line; the next record must not be glued to it.
            _file.SetLength(end);
            _file.Position = end;
            throw;
        }

        Appended += records.Count;
    }

    /// <summary>Replaces the file by these records, atomically.</summary>
    public void Rewrite(IEnumerable<byte[]> records)
    {
        var temporary = _path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            foreach (var record in records)
            {
                file.Write(record);
                file.WriteByte((byte)'\n');
            }
        }

        _file.Dispose();
        File.Move(temporary, _path, overwrite: true);
        _file = Open(_path);
        _file.Seek(0, SeekOrigin.End);
        Appended = 0;
    }

    public void Dispose() => _file.Dispose();

    /// <returns>How many bytes at the start of the file are whole records.</returns>
    private static long Replay(FileStream file, Action<ReadOnlyMemory<byte>> replay)
    {
        var buffer = new byte[64 * 1024];
        int filled = 0, read;
        long whole = 0;
        while ((read = file.Read(buffer, filled, buffer.Length - filled)) > 0)
        {
            filled += read;
            var start = 0;
            for (int end; (end = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n')) >= 0; start += end + 1)
            {
                replay(buffer.AsSpan(start, end).ToArray());
            }

            whole += start;
            filled -= start;
            Buffer.BlockCopy(buffer, start, buffer, 0, filled);
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }
        }

        return whole;
    }

    private static FileStream Open(string path) =>
        new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
}
