using System.Diagnostics;

namespace PhotoLambda.Bench;

/// <summary>
/// Builds what <c>make</c> builds for a deployment, below <c>artifacts/cold</c>; each program again only when something
/// that it is made of changed.
/// </summary>
internal static class ColdBuild
{
    private static readonly string Folder = Path.Combine(Release.Root, "artifacts", "cold");

    // What NuGet says of a package that no source has, and the SDK of a linker that is not there.
    private static readonly string[] NotToBeHad = ["error NU1", "Platform linker"];

    /// <param name="project">Its folder, from the root of the repository.</param>
    /// <returns>The folder of the program; null where the flavour cannot be made on this machine.</returns>
    /// <exception cref="BenchException">It does not compile.</exception>
    public static async Task<string?> BuildAsync(
        ColdFlavour flavour, string project, CancellationToken cancellation)
    {
        var assembly = Path.GetFileName(project);
        var output = Path.Combine(Folder, flavour.Flavor, assembly);
        var stamp = Path.Combine(output, ".published");
        if (File.Exists(stamp) && File.GetLastWriteTimeUtc(stamp) > LastChange(project))
        {
            return output;
        }

        await Console.Error.WriteLineAsync($"building {project}, {flavour.Name} ...");
        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }

        var target = assembly.Replace("Functions.", "", StringComparison.Ordinal);
        var start = new ProcessStartInfo(
            "make",
            [
                $"build-{target}Function", $"PROJECT={project}", $"FLAVOR={flavour.Flavor}",
                $"ARCH={ColdFlavour.Architecture}", $"ARTIFACTS_DIR={output}",
            ])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Release.Root,
        };
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            return NotToBeHad.Any(said.Contains)
                ? null
                : throw new BenchException($"{project} was not built as {flavour.Name}:\n{said}");
        }

        await File.WriteAllTextAsync(stamp, "", cancellation);
        return output;
    }

    private static DateTime LastChange(string project) =>
        new[] { "src/Lambda", "src/Shared", project }
            .SelectMany(folder => Directory.EnumerateFiles(
                Path.Combine(Release.Root, folder), "*", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Release.Root, "Directory.*.props"))
            .Concat(Directory.EnumerateFiles(Path.Combine(Release.Root, "src"), "*.props"))
            .Append(Path.Combine(Release.Root, "Makefile"))
            .Where(file => !file.EndsWith("packages.lock.json", StringComparison.Ordinal))
            .Max(File.GetLastWriteTimeUtc);
}
