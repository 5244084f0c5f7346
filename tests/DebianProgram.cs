using System.Collections.Concurrent;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Tests;

/// <summary>
/// Programs that tests hold our own work against, as the machine has them or as Debian packages them: root installs what
/// is missing, once for the whole run; anyone else skips the test and is told how.
/// </summary>
internal static class DebianProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Installations = new();

    // Two of Debian's package manager at a time refuse each other.
    private static readonly SemaphoreSlim Manager = new(1);

    /// <param name="packages">Of Debian, with spaces between.</param>
    /// <param name="check">Arguments with which the program ends well where all is there.</param>
    /// <returns>The program that passes the check; installed if need be.</returns>
    public static async Task<string> HaveAsync(string packages, string name, params string[] check)
    {
        if (await FindAsync(name, check) is { } found)
        {
            return found;
        }

        var trouble = await Installations.GetOrAdd(packages, p => new(() => InstallAsync(p))).Value;
        found = await FindAsync(name, check);
        Missing.SkipUnless(found is not null, $"'{name} {string.Join(' ', check)}' does not run here. {trouble}");
        return found;
    }

    // Another Python may come first in the PATH than the one that Debian's packages belong to.
    private static async Task<string?> FindAsync(string name, string[] check)
    {
        foreach (var program in new[] { name, $"/usr/bin/{name}" })
        {
            if ((await Command.RunAsync("/", [program, .. check], TestContext.Current.CancellationToken)).Succeeded)
            {
                return program;
            }
        }

        return null;
    }

    /// <returns>Empty, or what to do.</returns>
    private static async Task<string> InstallAsync(string packages)
    {
        var install = $"apt-get install -y --no-install-recommends {packages}";
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/apt-get"))
        {
            return $"To have it: {install}";
        }

        TestContext.Current.AddWarning($"Installed for this test, with root's rights: {install}");
        // The list of packages of a fresh machine is empty or old; then, and only then, it is fetched.
        var script = $"export DEBIAN_FRONTEND=noninteractive; {install} || {{ apt-get update && {install}; }}";
        using var limit = new CancellationTokenSource(Patience);
        await Manager.WaitAsync(limit.Token);
        try
        {
            var apt = await Command.RunAsync("/", ["sh", "-c", script], limit.Token);
            return apt.Succeeded ? "" : $"Installing it failed: {apt.Output}";
        }
        finally
        {
            Manager.Release();
        }
    }
}
