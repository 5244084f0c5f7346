using System.Security.Cryptography;
using System.Text;

namespace PhotoLambda.Local.Postgres;

/// <summary>
/// The account PostgreSQL runs under. It refuses to run as root, so root drops to <c>nobody</c>, whose files must then
/// be where that account can reach them. Anyone else runs it as himself.
/// </summary>
internal sealed class ServerAccount(bool dropped)
{
    // By number, since the group of nobody is called nogroup on some systems and nobody on others.
    private const string Nobody = "65534";

    public static ServerAccount Current { get; } = new(Environment.IsPrivilegedProcess);

    /// <summary>The command line that runs this one under the account.</summary>
    public IEnumerable<string> Line(params IEnumerable<string> line) => dropped
        ? ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", .. line]
        : line;

    /// <summary>
    /// The folder to use where the caller asked for this one: itself, or one within reach. Makes the folders above it.
    /// </summary>
    public string Reachable(string folder, Action<string> say)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        var closed = dropped ? FirstClosedAbove(folder) : null;
        if (closed is null)
        {
            return folder;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..8];
        var home = Directory.CreateDirectory("/var/lib/photolambda");
        if (!OperatingSystem.IsWindows())
        {
            home.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        }

        var other = Path.Combine(home.FullName, $"{Path.GetFileName(folder)}-{hash}");
        say($"PostgreSQL does not run as root, and its account cannot enter {closed}: its data are in {other}");
        return other;
    }

    /// <summary>Makes a folder that the account owns and nobody else may read.</summary>
    public async Task MakeFolderAsync(string folder, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new LocalCloudException(
                "The local cloud starts no PostgreSQL on Windows: set PHOTOLAMBDA_DATABASE_URL to one of yours.");
        }

        if (!dropped)
        {
            Directory.CreateDirectory(
                folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return;
        }

        string[] line = ["install", "-d", "-o", Nobody, "-g", Nobody, "-m", "0700", folder];
        var made = await Command.RunAsync("/", line, cancellationToken);
        if (!made.Succeeded)
        {
            throw new LocalCloudException($"The database folder {folder} cannot be made: {made.Output}");
        }
    }

    /// <summary>The usual place of what can be fetched again.</summary>
    public string CacheFolder()
    {
        if (dropped)
        {
            return "/var/cache/photolambda";
        }

        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? Path.Combine(cache, "photolambda")
            : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "photolambda");
    }

    /// <summary>Lets the account read and run what lies under a folder of ours, whatever our umask was.</summary>
    public async Task OpenAsync(string folder, CancellationToken cancellationToken)
    {
        if (dropped)
        {
            await Command.RunAsync("/", ["chmod", "-R", "go+rX", folder], cancellationToken);
        }
    }

    private static string? FirstClosedAbove(string folder)
    {
        for (var parent = Directory.GetParent(folder); parent is not null; parent = parent.Parent)
        {
            if (parent.Exists && !parent.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
            {
                return parent.FullName;
            }
        }

        return null;
    }
}
