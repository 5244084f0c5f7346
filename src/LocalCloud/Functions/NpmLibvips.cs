using System.Runtime.InteropServices;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Local.Functions;

/// <summary>libvips, which makes thumbnails, from the npm package <c>@img/sharp-libvips-(platform)</c>.</summary>
internal static class NpmLibvips
{
    /// <summary>As in the Makefile, which makes the layer of the same package.</summary>
    public const string Version = "1.3.4";

    private const string Variable = "PHOTOLAMBDA_LIBVIPS";

    /// <returns>The path of the library: the one that the developer names, or else npm's; null when there is none,
    /// which is said then.</returns>
    public static async Task<string?> GetAsync(Action<string> say, CancellationToken cancellation)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return named;
        }

        var platform = Platform();
        var problem = platform is null
            ? $"npm has none for {RuntimeInformation.RuntimeIdentifier}"
            : await InstallAsync(platform, say, cancellation);
        if (platform is not null && problem is null)
        {
            return Find(platform);
        }

        say($"thumbnails are off: no libvips is on this machine, and {problem}");
        return null;
    }

    private static string Home(string platform) =>
        Path.Combine(ServerAccount.Current.CacheFolder(), $"libvips-{Version}-{platform}");

    private static string? Find(string platform) => Directory.EnumerateFiles(
        Path.Combine(Home(platform), "node_modules", "@img", $"sharp-libvips-{platform}", "lib"), "libvips-cpp.*")
        .FirstOrDefault();

    private static async Task<string?> InstallAsync(
        string platform, Action<string> say, CancellationToken cancellation)
    {
        var home = Home(platform);
        if (Directory.Exists(home))
        {
            return null;
        }

        var package = $"@img/sharp-libvips-{platform}@{Version}";
        say($"installing libvips from npm ({package}, 19 MB, once) into {home}");
        try
        {
            // Everything but thumbnails works without: a start does not wait long for it.
            return await NpmPackage.InstallAsync(
                home, [package, "--fetch-retries=0", "--fetch-timeout=10000"], _ => Task.CompletedTask, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"none can be kept in {home}: {e.Message}";
        }
    }

    private static string? Platform() =>
        ((OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : null),
            RuntimeInformation.OSArchitecture) switch
        {
            (not null and var system, Architecture.X64) => system + "-x64",
            (not null and var system, Architecture.Arm64) => system + "-arm64",
            _ => null,
        };
}
