using System.Collections.Concurrent;

namespace PhotoLambda.Cli.Push;

/// <summary>What became of each file. Failures are told at once. Safe for concurrent use.</summary>
internal sealed class Outcomes(Progress progress, Tally tally)
{
    public const string Uploaded = "uploaded";
    public const string Known = "known";
    public const string Failed = "failed";

    /// <summary>It would be uploaded, were it no dry run.</summary>
    public const string New = "new";

    /// <summary>The push was stopped before it came to the file.</summary>
    public const string Left = "left";

    private readonly ConcurrentDictionary<string, FileOutcome> _files = new(StringComparer.Ordinal);

    /// <summary>In the order of their paths.</summary>
    public FileOutcome[] All => [.. _files.Values.OrderBy(f => f.Path, StringComparer.Ordinal)];

    public bool Has(string path) => _files.ContainsKey(path);

    public int Count(string outcome) => _files.Values.Count(f => f.Outcome == outcome);

    public void Add(FileOutcome file)
    {
        _files[file.Path] = file;
        if (file.Outcome == Failed)
        {
            Say($"Failed: {Shown.Text(file.Path)}: {Shown.Text(file.Reason!)}");
        }
    }

    public void Add(PushItem item, string outcome, string? status = null, string? reason = null)
    {
        tally.Done(item.IsSent ? 0 : item.File.Size);
        Add(new FileOutcome(
            item.File.Path, item.File.Size, item.Sha256, item.PhotoId, status, outcome, reason));
    }

    public void Fail(PushItem item, string reason) => Add(item, Failed, null, reason);

    public void Say(string line)
    {
        lock (progress)
        {
            progress.Say(line);
        }
    }

    public void Show(Func<string> line)
    {
        lock (progress)
        {
            progress.Show(line);
        }
    }
}

/// <param name="Size">Null when the file could not be looked at.</param>
/// <param name="Status">Of the photo, as far as the API said.</param>
/// <param name="Reason">Of what failed or was left.</param>
internal sealed record FileOutcome(
    string Path, long? Size, string? Sha256, Guid? PhotoId, string? Status, string Outcome, string? Reason = null);
