using System.Text.Json;

namespace PhotoLambda.Cli.Reconcile;

/// <summary>
/// A plan in the making: lines of JSON, beside the file that they become when all of them are there.
/// </summary>
internal sealed class PlanWriter : IDisposable
{
    private readonly string _path;
    private readonly string _part;
    private readonly FileStream _file;
    private readonly string _bucket;
    private readonly SortedDictionary<(string Action, string Reason), long> _counts = [];

    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <inheritdoc cref="IOException" path="/exception[@cref='T:System.UnauthorizedAccessException']"/>
    public PlanWriter(string path, PlanHeader header)
    {
        _path = path;
        _part = path + ".part";
        _bucket = header.Bucket;
        _file = new FileStream(_part, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 64 * 1024);
        Write(JsonSerializer.SerializeToUtf8Bytes(header, PlanJson.Readable.PlanHeader));
    }

    /// <summary>How many differences of each kind there are.</summary>
    public IReadOnlyDictionary<(string Action, string Reason), long> Counts => _counts;

    public long Differences { get; private set; }

    public void Add(string action, string reason, string key, Func<Difference, Difference>? more = null)
    {
        var difference = new Difference(action, reason, _bucket, key);
        Write(JsonSerializer.SerializeToUtf8Bytes(
            more is null ? difference : more(difference), PlanJson.Readable.Difference));
        _counts[(action, reason)] = _counts.GetValueOrDefault((action, reason)) + 1;
        Differences++;
    }

    /// <summary>An earlier plan of that name is replaced.</summary>
    public void Complete(long objects, long rows, long uploads)
    {
        var end = new PlanEnd(PlanEnd.Name, Differences, objects, rows, uploads);
        Write(JsonSerializer.SerializeToUtf8Bytes(end, PlanJson.Readable.PlanEnd));
        _file.Dispose();
        File.Move(_part, _path, overwrite: true);
    }

    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_part);
    }

    private void Write(byte[] line)
    {
        _file.Write(line);
        _file.WriteByte((byte)'\n');
    }
}
