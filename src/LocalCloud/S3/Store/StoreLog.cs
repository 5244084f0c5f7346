using System.Text.Json;

namespace PhotoLambda.Local.S3;

/// <summary>
/// The store's journal and the state it leads to, behind one lock: a change is committed by the journal's line, and
/// only then seen by others.
/// </summary>
internal sealed class StoreLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly StoreState _state = new();
    private readonly FileStream _lock;
    private readonly Journal _journal;

    /// <param name="folder">For the journal and the blobs; made when missing.</param>
    /// <exception cref="LocalCloudException">Another process uses the folder, or its journal is damaged.</exception>
    public StoreLog(string folder)
    {
        Directory.CreateDirectory(folder);
        _lock = Lock(folder);
        Blobs = new Blobs(Path.Combine(folder, "blobs"));
        var path = Path.Combine(folder, "objects.journal");
        var lines = 0;
        try
        {
            _journal = new Journal(path, line =>
            {
                lines++;
                _ = _state.Apply(JsonSerializer.Deserialize(line.Span, CommitJson.Default.Commit)!);
            });
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or NotSupportedException)
        {
            _lock.Dispose();
            throw new LocalCloudException($"{path} is damaged at line {lines} ({error.Message}). "
                + "Restore it, or delete the folder to start with an empty store.", error);
        }

        Compact(lines);
        Blobs.Sweep(_state.Buckets.SelectMany(bucket => bucket.Objects).SelectMany(item => item.Segments)
            .Concat(_state.Uploads.SelectMany(upload => upload.Segments)));
    }

    public Blobs Blobs { get; }

    public T Read<T>(Func<StoreState, T> read)
    {
        lock (_gate)
        {
            return read(_state);
        }
    }

    /// <summary>Decides on a change under the lock and commits it.</summary>
    /// <param name="decide">Throws to refuse; null: nothing to change.</param>
    /// <param name="blob">The file that the commit refers to.</param>
    public TCommit? Write<TCommit>(Func<StoreState, TCommit?> decide, NewBlob? blob = null)
        where TCommit : Commit
    {
        lock (_gate)
        {
            var commit = decide(_state);
            if (commit is not null)
            {
                blob?.Keep();
                _journal.Append(Serialize(commit));
                Blobs.Drop(_state.Apply(commit));
            }

            return commit;
        }
    }

    public void Dispose()
    {
        _journal.Dispose();
        _lock.Dispose();
    }

    /// <summary>Two processes would undo each other's work. The system lifts the lock when one is killed.</summary>
    private static FileStream Lock(string folder)
    {
        try
        {
            var path = Path.Combine(folder, "lock");
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new LocalCloudException($"{folder} is in use ({error.Message}). "
                + "Stop the other local cloud that uses this folder, or choose another folder.", error);
        }
    }

    private static byte[] Serialize(Commit commit) =>
        JsonSerializer.SerializeToUtf8Bytes(commit, CommitJson.Default.Commit);

    private void Compact(int lines)
    {
        if (lines > _state.Snapshot().Count())
        {
            _journal.Rewrite(_state.Snapshot().Select(Serialize));
        }
    }
}
