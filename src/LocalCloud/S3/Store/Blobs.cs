using Microsoft.Win32.SafeHandles;

namespace PhotoLambda.Local.S3;

/// <summary>
/// The files that hold objects' bytes. One is written whole before the journal's line that refers to it, so one that
/// no line refers to is left over from a kill, and goes at the next start.
/// </summary>
internal sealed class Blobs(string folder)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _readers = [];
    private readonly HashSet<string> _dropped = [];

    public NewBlob Create()
    {
        var id = Guid.NewGuid().ToString("n");
        var path = PathOf(id);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new NewBlob(id, path);
    }

    /// <summary>Keeps these files until <see cref="Release"/>, though the object be overwritten.</summary>
    public void Hold(IEnumerable<Segment> segments)
    {
        lock (_gate)
        {
            foreach (var segment in segments)
            {
                _readers[segment.Blob] = _readers.GetValueOrDefault(segment.Blob) + 1;
            }
        }
    }

    public void Release(IEnumerable<Segment> segments)
    {
        lock (_gate)
        {
            foreach (var blob in segments.Select(segment => segment.Blob))
            {
                if (--_readers[blob] == 0 && _readers.Remove(blob) && _dropped.Remove(blob))
                {
                    File.Delete(PathOf(blob));
                }
            }
        }
    }

    /// <summary>Deletes files, those being read once they are released.</summary>
    public void Drop(IEnumerable<Segment> segments)
    {
        lock (_gate)
        {
            foreach (var blob in segments.Select(segment => segment.Blob))
            {
                if (_readers.ContainsKey(blob))
                {
                    _dropped.Add(blob);
                }
                else
                {
                    File.Delete(PathOf(blob));
                }
            }
        }
    }

    public SafeFileHandle OpenRead(string blob) =>
        File.OpenHandle(PathOf(blob), options: FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>Deletes every file but these.</summary>
    public void Sweep(IEnumerable<Segment> referenced)
    {
        Directory.CreateDirectory(folder);
        var keep = referenced.Select(segment => segment.Blob).ToHashSet();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (!keep.Contains(Path.GetFileName(file)))
            {
                File.Delete(file);
            }
        }
    }

    // Spread, since a folder with a million files is slow in many tools.
    private string PathOf(string blob) => Path.Combine(folder, blob[..2], blob);
}
