using System.CommandLine;

namespace PhotoLambda.Cli.Push;

/// <summary>The files that a push reads and writes beside the photos.</summary>
/// <param name="Manifest">Null when the source is a folder.</param>
/// <param name="Journal">Full path, as are the others. Paths in it are relative to where it is.</param>
internal sealed record PushFiles(
    string Source, Manifest? Manifest, string Journal, string Receipt, string RetryList)
{
    /// <summary>Which the names of a folder's own journal, receipt and retry list begin with.</summary>
    public const string Own = ".photolambda-push-";

    private string Folder => Path.GetDirectoryName(Journal)!;

    /// <summary>
    /// The journal is in the folder itself, hidden, so that it goes where the folder goes; that of a manifest is beside
    /// it, and that of a retry list is the one of its push.
    /// </summary>
    public static async Task<PushFiles> ReadAsync(
        ParseResult parsed, PushOptions options, CancellationToken cancellation)
    {
        var manifest = Directory.Exists(options.Source)
            ? null
            : await Manifest.ReadAsync(options.Source, cancellation);
        var journal = Place(parsed, PushCommand.Journal)
            ?? manifest?.Journal
            ?? (manifest is null
                ? Path.Combine(options.Source, $"{Own}{options.Project}.jsonl")
                : $"{options.Source}.push-{options.Project}.jsonl");
        return new PushFiles(
            options.Source, manifest, journal,
            Place(parsed, PushCommand.Receipt) ?? journal + ".receipt.json",
            Place(parsed, PushCommand.RetryList) ?? journal + ".retry");
    }

    /// <summary>Looks at all files there are to push.</summary>
    public Task<Selected> SelectAsync(CancellationToken cancellation) => Manifest is null
        ? FolderWalk.FindAsync(Source, Name, cancellation)
        : Manifest.FindAsync(Path.GetDirectoryName(Source)!, Name, cancellation);

    /// <summary>Writes what is left to do, or takes an older list away when nothing is.</summary>
    public void WriteRetryList(IReadOnlyList<FileOutcome> left, IReadOnlyDictionary<string, string?> sessions)
    {
        if (left.Count == 0)
        {
            File.Delete(RetryList);
            return;
        }

        Push.RetryList.Write(RetryList, Journal, Folder,
            left.Select(f => (f.Path, sessions.GetValueOrDefault(f.Path))));
    }

    private static string? Place(ParseResult parsed, Option<string> option)
    {
        if (parsed.GetValue(option) is not { } path)
        {
            return null;
        }

        var place = path.Length == 0 ? "" : Path.GetFullPath(path);
        return Directory.Exists(Path.GetDirectoryName(place)) && !Directory.Exists(place)
            ? place
            : throw new FormatException(
                $"{option.Name} must be a file in a folder that there is; it was '{Shown.Text(path)}'.");
    }

    private string Name(string place) =>
        Path.GetRelativePath(Folder, place).Replace(Path.DirectorySeparatorChar, '/');
}
