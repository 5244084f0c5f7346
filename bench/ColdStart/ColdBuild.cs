using System.Diagnostics;

namespace PhotoLambda.Bench;

/// <summary>
/// Publishes the flavours below <c>artifacts/cold</c>, each program again only when something it is made of changed.
/// </summary>
internal static class ColdBuild
{
    private static readonly string Folder = Path.Combine(Release.Root, "artifacts", "cold");

    // What NuGet says of a package that no source has, and the SDK of a linker that is not there.
    private static readonly string[] NotToBeHad = ["error NU1", "Platform linker"];

    /// <param name="project">Its folder, from the root of the repository.</param>
    /// <returns>The folder of the program; null where the flavour cannot be made on this machine.</returns>
    /// <exception cref="BenchException">It does not compile.</exception>
    public static async Task<string?> PublishAsync(
        ColdFlavour flavour, string project, CancellationToken cancellation)
    {
        var name = flavour.Name.Replace(" ", "", StringComparison.Ordinal);
        var output = Path.Combine(Folder, name, Path.GetFileName(project));
        var stamp = Path.Combine(output, ".published");
        if (File.Exists(stamp) && File.GetLastWriteTimeUtc(stamp) > LastChange(project))
        {
            return output;
        }

        await Console.Error.WriteLineAsync($"publishing {project}, {flavour.Name} ...");
        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }

        var start = new ProcessStartInfo(
            "dotnet",
            [
                "publish", project, "-c", "Release", "-o", output, "-v", "q", "-nologo", "-p:DebugType=none",
                "-p:PublishDocumentationFiles=false", "-p:PublishReferencesDocumentationFiles=false",
                // Apart, or the next ordinary build would begin anew.
                $"-p:ArtifactsPath={Path.Combine(Folder, name + ".build")}", .. flavour.Options,
            ])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Release.Root,
        };
        start.Environment["TargetFramework"] = flavour.Framework;
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            return NotToBeHad.Any(said.Contains)
                ? null
                : throw new BenchException($"{project} was not published as {flavour.Name}:\n{said}");
        }

        await File.WriteAllTextAsync(stamp, "", cancellation);
        return output;
    }

    private static DateTime LastChange(string project) =>
        new[] { "src/Lambda", "src/Shared", project }
            .SelectMany(folder => Directory.EnumerateFiles(
                Path.Combine(Release.Root, folder), "*", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Release.Root, "Directory.*.props"))
            .Where(file => !file.EndsWith("packages.lock.json", StringComparison.Ordinal))
            .Max(File.GetLastWriteTimeUtc);
}
