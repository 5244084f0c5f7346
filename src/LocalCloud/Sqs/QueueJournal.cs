using System.Text.Json;

namespace PhotoLambda.Local.Sqs;

/// <summary>What happened to a queue, on disk. Not safe for concurrent use.</summary>
internal sealed class QueueJournal : IDisposable
{
    private const int SmallJournal = 1_000;
    private const int GarbageRatio = 4;

    private readonly string _path;
    private readonly Journal _journal;
    private int _recordsAtOpen;

    /// <exception cref="LocalCloudException">A whole line of the file is not a record.</exception>
    public QueueJournal(string path, Action<QueueRecord> replay)
    {
        _path = path;
        try
        {
            _journal = new Journal(path, line =>
            {
                _recordsAtOpen++;
                replay(QueueRecord.Parse(line));
            });
        }
        catch (JsonException e)
        {
            throw new LocalCloudException(
                $"Line {_recordsAtOpen} of {path} is damaged. Mend or delete that line, " +
                "or delete the file to lose the queue's messages.", e);
        }
    }

    public void Append(QueueRecord record) => _journal.Append(record.Format());

    /// <summary>All or none, in one write.</summary>
    public void AppendAll(IEnumerable<QueueRecord> records) =>
        _journal.AppendAll([.. records.Select(r => r.Format())]);

    /// <summary>Writes the file anew when most of its lines tell of messages that are gone.</summary>
    public void CompactIfDue(int liveMessages, Func<IEnumerable<QueueRecord>> live)
    {
        var records = _journal.Appended + _recordsAtOpen;
        if (records > SmallJournal && records > GarbageRatio * liveMessages)
        {
            Rewrite(live());
        }
    }

    public void Rewrite(IEnumerable<QueueRecord> live)
    {
        _journal.Rewrite(live.Select(r => r.Format()));
        _recordsAtOpen = 0;
    }

    public void Delete()
    {
        _journal.Dispose();
        File.Delete(_path);
    }

    public void Dispose() => _journal.Dispose();
}
