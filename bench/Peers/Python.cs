using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Bench;

/// <summary>Debian's Python with Debian's packages, and the scripts of the peers.</summary>
internal static class Python
{
    /// <summary>The one that Debian's packages belong to; another may come first in the PATH.</summary>
    public const string Program = "/usr/bin/python3";

    public static string Script(string name) => Path.Combine(Release.Root, "bench", "Peers", name);

    public static string Install(params string[] packages) =>
        $"apt-get install -y --no-install-recommends {string.Join(' ', packages)}";

    /// <param name="modules">As Python imports them.</param>
    public static async Task<bool> HaveAsync(CancellationToken cancellation, params string[] modules) =>
        (await Command.RunAsync("/", [Program, "-c", $"import {string.Join(", ", modules)}"], cancellation)).Succeeded;
}
