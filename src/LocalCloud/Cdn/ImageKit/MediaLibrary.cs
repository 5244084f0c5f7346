using System.Security.Cryptography;
using System.Text.Json;
using PhotoLambda.Local.S3;

namespace PhotoLambda.Local.Cdn;

/// <summary>ImageKit's files on disk: what an upload was told is there is there after a kill.</summary>
internal sealed class MediaLibrary : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LibraryFile> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _pathById = new(StringComparer.Ordinal);
    private readonly Journal _journal;
    private readonly Blobs _blobs;
    private readonly TimeProvider _time;

    /// <param name="folder">Of the library alone; made when missing.</param>
    /// <exception cref="LocalCloudException">A line of the journal is damaged.</exception>
    public MediaLibrary(string folder, TimeProvider time)
    {
        _time = time;
        _blobs = new Blobs(Path.Combine(folder, "blobs"));
        var path = Path.Combine(folder, "library.journal");
        var lines = 0;
        try
        {
            _journal = new Journal(path, line =>
            {
                lines++;
                Apply(JsonSerializer.Deserialize(line.Span, LibraryJson.Default.LibraryRecord)!);
            });
        }
        catch (JsonException e)
        {
            throw new LocalCloudException($"{path} is damaged at line {lines} ({e.Message}). "
                + "Restore it, or delete the folder to start with an empty library.", e);
        }

        if (lines > _byPath.Count)
        {
            _journal.Rewrite(_byPath.Values.Select(file => Format(new LibraryRecord(file))));
        }

        _blobs.Sweep(_byPath.Values.Select(SegmentOf));
    }

    /// <summary>Ordered by path.</summary>
    public IReadOnlyList<LibraryFile> Files
    {
        get
        {
            lock (_gate)
            {
                return [.. _byPath.Values.OrderBy(file => file.FilePath, StringComparer.Ordinal)];
            }
        }
    }

    public LibraryFile? Find(string fileId)
    {
        lock (_gate)
        {
            return _pathById.TryGetValue(fileId, out var path) ? _byPath[path] : null;
        }
    }

    /// <summary>Adds a file, or replaces the one that is there.</summary>
    /// <param name="transformation">Null: none.</param>
    /// <returns>Null when there is one already and it may not be replaced.</returns>
    public async Task<LibraryFile?> PutAsync(
        string path, MediaContent content, string? transformation, bool mayReplace, CancellationToken cancellation)
    {
        await using var blob = _blobs.Create();
        await blob.Stream.WriteAsync(content.Bytes, cancellation);
        lock (_gate)
        {
            var old = _byPath.GetValueOrDefault(path);
            if (old is not null && !mayReplace)
            {
                return null;
            }

            var now = _time.GetUtcNow();
            var file = new LibraryFile(
                old?.FileId ?? NewId(), NewId(), path, content.Bytes.Length, content.Mime, content.Width,
                content.Height, transformation, old?.Created ?? now, now, (old?.Uploads ?? 0) + 1, blob.Id);
            blob.Keep();
            Commit(new LibraryRecord(file), old);
            return file;
        }
    }

    /// <returns>False when there is no such file.</returns>
    public bool Delete(string fileId)
    {
        lock (_gate)
        {
            if (Find(fileId) is not { } file)
            {
                return false;
            }

            Commit(new LibraryRecord(Delete: fileId), file);
            return true;
        }
    }

    /// <summary>Takes a file's bytes whole: it has 25 MB at most.</summary>
    /// <returns>Null when there is no such file.</returns>
    public async Task<(LibraryFile File, byte[] Bytes)?> ReadAsync(string path, CancellationToken cancellation)
    {
        LibraryFile? file;
        lock (_gate)
        {
            if (!_byPath.TryGetValue(path, out file))
            {
                return null;
            }

            _blobs.Hold([SegmentOf(file)]);
        }

        try
        {
            using var handle = _blobs.OpenRead(file.Blob);
            var bytes = new byte[file.Size];
            var filled = 0;
            while (filled < bytes.Length)
            {
                var read = await RandomAccess.ReadAsync(handle, bytes.AsMemory(filled), filled, cancellation);
                filled += read > 0 ? read : throw new EndOfStreamException($"Blob {file.Blob} is torn.");
            }

            return (file, bytes);
        }
        finally
        {
            _blobs.Release([SegmentOf(file)]);
        }
    }

    public void Dispose() => _journal.Dispose();

    private void Commit(LibraryRecord record, LibraryFile? superseded)
    {
        _journal.Append(Format(record));
        Apply(record);
        if (superseded is not null)
        {
            _blobs.Drop([SegmentOf(superseded)]);
        }
    }

    private void Apply(LibraryRecord record)
    {
        if (record.Put is { } file)
        {
            _byPath[file.FilePath] = file;
            _pathById[file.FileId] = file.FilePath;
        }
        else if (_pathById.Remove(record.Delete!, out var path))
        {
            _byPath.Remove(path);
        }
    }

    private static byte[] Format(LibraryRecord record) =>
        JsonSerializer.SerializeToUtf8Bytes(record, LibraryJson.Default.LibraryRecord);

    private static Segment SegmentOf(LibraryFile file) => new(file.Blob, file.Size);

    private static string NewId() => RandomNumberGenerator.GetHexString(24, lowercase: true);
}
