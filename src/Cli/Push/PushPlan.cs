namespace PhotoLambda.Cli.Push;

/// <summary>What of the selected files is done, what is open, and what cannot be done.</summary>
internal sealed class PushPlan
{
    private readonly IReadOnlyList<PushFile> _files;

    private PushPlan(Selected selected)
    {
        (_files, Skipped) = (selected.Files, selected.Skipped);
        Refused = [.. selected.Refused.Select(r =>
            new FileOutcome(r.Path, null, null, null, null, Outcomes.Failed, r.Reason))];
    }

    public IReadOnlyDictionary<string, int> Skipped { get; }

    public List<FileOutcome> Refused { get; }

    /// <summary>Done by earlier runs.</summary>
    public List<(PushItem Item, string Outcome)> Before { get; } = [];

    public List<PushItem> Open { get; } = [];

    /// <summary>Of files that a manifest gives one to.</summary>
    public IReadOnlyDictionary<string, string?> Sessions =>
        _files.Where(f => f.SessionId is not null).ToDictionary(f => f.Path, f => f.SessionId, StringComparer.Ordinal);

    public static PushPlan Of(Selected selected, Journal journal, PolicyAnswer policy)
    {
        var plan = new PushPlan(selected);
        foreach (var file in selected.Files)
        {
            var line = journal.Find(file);
            var item = new PushItem(file) { Sha256 = line?.Sha256 };
            if (line is { State: FileState.Uploaded or FileState.Known, PhotoId: not null })
            {
                item.PhotoId = line.PhotoId;
                plan.Before.Add((item, line.State));
            }
            else if (policy.Refusal(file) is { } reason)
            {
                plan.Refused.Add(new FileOutcome(file.Path, file.Size, null, null, null, Outcomes.Failed, reason));
            }
            else
            {
                plan.Open.Add(item);
            }
        }

        return plan;
    }

    public static FileOutcome Done((PushItem Item, string Outcome) done) => new(
        done.Item.File.Path, done.Item.File.Size, done.Item.Sha256, done.Item.PhotoId, null, done.Outcome);

    public Tally NewTally() => new(
        _files.Count + Refused.Count(r => r.Size is null), Before.Count + Refused.Count, Open.Sum(i => i.File.Size));

    /// <summary>Takes over the photos of files that may have been uploaded or not.</summary>
    public void TakePhotos(Journal journal) => Open.ForEach(i => i.PhotoId = journal.Find(i.File)?.PhotoId);

    public string Describe(PushOptions options, string project)
    {
        var skipped = Skipped.Count == 0
            ? ""
            : $" Skipped: {string.Join(", ", Skipped.Select(s => $"{Shown.Count(s.Value)} {s.Key}"))}.";
        var before = Before.Count == 0 ? "" : $" {Shown.Count(Before.Count)} were done before.";
        return $"{(options.IsDryRun ? "Dry run: " : "")}{Shown.Count(_files.Count, "file")}, "
            + $"{Tally.Size(_files.Sum(f => f.Size))}, to project {Shown.Text(project)} at {options.Api}."
            + before + skipped;
    }
}
