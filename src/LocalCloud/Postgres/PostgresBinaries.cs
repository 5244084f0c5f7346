using System.Globalization;
using System.Text.RegularExpressions;

namespace PhotoLambda.Local.Postgres;

/// <summary>A folder with <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>.</summary>
/// <param name="Version">As the server says it, e.g. <c>17.2</c>.</param>
internal sealed partial record PostgresBinaries(string Folder, int Major, string Version)
{
    public const int OldestMajor = 15;

    private static readonly string[] InstallPatterns =
        ["/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin"];

    public string this[string program] => Path.Combine(Folder, program);

    /// <summary>Those of this machine, newest installed first, then what the PATH has.</summary>
    public static async Task<List<PostgresBinaries>> OnThisMachineAsync(CancellationToken cancellationToken)
    {
        List<PostgresBinaries> installed = [], others = [];
        foreach (var folder in InstallPatterns.SelectMany(Expand))
        {
            await AddAsync(installed, folder, cancellationToken);
        }

        var configured = await Command.RunAsync("/", ["pg_config", "--bindir"], cancellationToken);
        foreach (var folder in PathFolders().Append(configured.Succeeded ? configured.Output : ""))
        {
            await AddAsync(others, folder, cancellationToken);
        }

        return [.. installed.OrderByDescending(b => b.Major), .. others];
    }

    /// <returns>Null if the folder holds no complete server.</returns>
    public static async Task<PostgresBinaries?> InAsync(string folder, CancellationToken cancellationToken)
    {
        var found = new PostgresBinaries(folder, 0, "");
        if (!File.Exists(found["initdb"]) || !File.Exists(found["pg_ctl"]) || !File.Exists(found["postgres"]))
        {
            return null;
        }

        var said = await Command.RunAsync("/", [found["postgres"], "--version"], cancellationToken);
        var version = VersionPattern().Match(said.Output);
        return said.Succeeded && version.Success
            ? new(folder, int.Parse(version.Groups[1].Value, CultureInfo.InvariantCulture), version.Groups[0].Value)
            : null;
    }

    private static async Task AddAsync(List<PostgresBinaries> list, string folder, CancellationToken cancellationToken)
    {
        if (folder.Length > 0 && await InAsync(folder, cancellationToken) is { } found)
        {
            list.Add(found);
        }
    }

    private static IEnumerable<string> Expand(string pattern)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        var slash = pattern.LastIndexOf('/', star);
        var parent = pattern[..slash];
        return Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent, pattern[(slash + 1)..(star + 1)]).Select(d => d + "/bin")
            : [];
    }

    // A link in the PATH points to the one program; its neighbours are beside the program itself.
    private static IEnumerable<string> PathFolders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => new FileInfo(Path.Combine(folder, "postgres")))
        .Where(program => program.Exists)
        .Select(program => Path.GetDirectoryName(program.ResolveLinkTarget(true)?.FullName ?? program.FullName)!);

    [GeneratedRegex(@"(?<=\(PostgreSQL\) )(\d+)\S*")]
    private static partial Regex VersionPattern();
}
