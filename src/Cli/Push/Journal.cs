using System.Buffers;
using System.Text.Json;

namespace PhotoLambda.Cli.Push;

/// <summary>
/// What a push has done so far, in a file of lines of JSON that only ever grows. What must be known after a kill is in
/// it before it is done; of a line that a kill tore nothing had been done.
/// </summary>
internal sealed class Journal : IDisposable
{
    private const int FileIsLocked = 11;
    private const int SharingViolation = unchecked((int)0x80070020);

    private readonly Lock _gate = new();
    private readonly FileStream? _file;
    private readonly Dictionary<string, JournalLine> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JournalLine> _asked = new(StringComparer.Ordinal);

    private Journal(FileStream? file) => _file = file;

    /// <summary>Requests whose answers nobody has noted.</summary>
    public IReadOnlyCollection<JournalLine> Unanswered => [.. _asked.Values];

    /// <summary>Opens a journal, or begins one; nobody else can until it is disposed of.</summary>
    /// <param name="isReadOnly">It is read if it is there, and never written.</param>
    /// <exception cref="CommandException">It is another push's, or no journal.</exception>
    public static Journal Open(string path, Uri api, Guid project, bool isReadOnly)
    {
        if (isReadOnly && !File.Exists(path))
        {
            return new Journal(null);
        }

        var journal = new Journal(Lock(path));
        try
        {
            journal.Read(path, api, project, isReadOnly);
            return isReadOnly ? new Journal(null).With(journal) : journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
        finally
        {
            if (isReadOnly)
            {
                journal.Dispose();
            }
        }
    }

    /// <returns>The last that is known of this very file; null when it is new, or has changed since.</returns>
    public JournalLine? Find(PushFile file)
    {
        lock (_gate)
        {
            return _files.GetValueOrDefault(file.Path) is { } line && line.IsOf(file) ? line : null;
        }
    }

    public JournalLine? Find(string path)
    {
        lock (_gate)
        {
            return _files.GetValueOrDefault(path);
        }
    }

    /// <summary>Returns when no kill of this process can lose the lines.</summary>
    /// <param name="isDurable">And no loss of power either.</param>
    public void Add(IEnumerable<JournalLine> lines, bool isDurable = false)
    {
        lock (_gate)
        {
            var bytes = new ArrayBufferWriter<byte>();
            foreach (var line in lines)
            {
                Note(line);
                bytes.Write(JsonSerializer.SerializeToUtf8Bytes(line, PushJson.Lines.JournalLine));
                bytes.Write("\n"u8);
            }

            try
            {
                _file?.Write(bytes.WrittenSpan);
                _file?.Flush(isDurable);
            }
            catch (IOException e)
            {
                throw new CommandException($"The journal cannot be written: {Shown.Text(e.Message)}");
            }
        }
    }

    public void Dispose() => _file?.Dispose();

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (e.HResult is FileIsLocked or SharingViolation)
        {
            throw new CommandException($"Another push is under way with the journal {Shown.Text(path)}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The journal cannot be written: {Shown.Text(e.Message)} Give --journal FILE.");
        }
    }

    private Journal With(Journal other)
    {
        foreach (var (path, line) in other._files)
        {
            _files.Add(path, line);
        }

        return this;
    }

    private void Read(string path, Uri api, Guid project, bool isReadOnly)
    {
        var bytes = new byte[_file!.Length];
        _file.ReadExactly(bytes);
        var end = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        if (end == 0)
        {
            if (!Begins(bytes))
            {
                throw new CommandException($"{Shown.Text(path)} is no journal of a push.");
            }

            _file.SetLength(isReadOnly ? _file.Length : 0);
            Add(isReadOnly ? [] : [new JournalLine
            {
                Format = JournalLine.CurrentFormat, Api = api.AbsoluteUri, Project = project,
            }]);
            return;
        }

        if (!isReadOnly)
        {
            // What was torn.
            _file.SetLength(end);
            _file.Position = end;
        }

        var number = 0;
        foreach (var range in bytes.AsSpan(0, end - 1).Split((byte)'\n'))
        {
            number++;
            var line = Parse(path, number, bytes.AsSpan()[range]);
            if (number == 1)
            {
                Check(path, line, api, project);
            }

            Note(line);
        }
    }

    /// <summary>Whether it is the beginning of a first line, or nothing: what a kill at the start leaves.</summary>
    private static bool Begins(ReadOnlySpan<byte> bytes)
    {
        var start = "{\"photolambda_push\":"u8;
        var common = Math.Min(bytes.Length, start.Length);
        return bytes[..common].SequenceEqual(start[..common]);
    }

    private static void Check(string path, JournalLine line, Uri api, Guid project)
    {
        var name = Shown.Text(path);
        if (line.Format != JournalLine.CurrentFormat)
        {
            throw new CommandException(line.Format is null
                ? $"{name} is no journal of a push."
                : $"{name} is of format {line.Format}, and this program writes format {JournalLine.CurrentFormat}.");
        }

        if (line.Project != project || line.Api != api.AbsoluteUri)
        {
            throw new CommandException($"{name} is the journal of a push to project {line.Project} at "
                + $"{Shown.Text(line.Api ?? "")}: give another --journal.");
        }
    }

    private static JournalLine Parse(string path, int number, ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, PushJson.Lines.JournalLine)!;
        }
        catch (JsonException e)
        {
            var what = number == 1 ? "is no journal of a push" : $"cannot be read in line {number} ({e.Message})";
            throw new CommandException($"{Shown.Text(path)} {what}.");
        }
    }

    private void Note(JournalLine line)
    {
        if (line.File is not null)
        {
            _files[line.File] = line;
        }
        else if (line.Asked is not null)
        {
            _asked[line.Asked] = line;
        }
        else if (line.Answered is not null)
        {
            _asked.Remove(line.Answered);
        }
    }
}
