using System.Diagnostics;

namespace PhotoLambda.Tests;

/// <summary>The program <c>photolambda</c>, as an administrator runs it.</summary>
internal static class CommandLine
{
    /// <param name="database">The value of PHOTOLAMBDA_DATABASE_URL; null: not set.</param>
    /// <returns>Both outputs as one text, when the program has ended.</returns>
    public static async Task<(int Exit, string Output)> RunAsync(string? database, params string[] arguments)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.Combine(Repository.Root, "artifacts", "bin", "Cli", configuration, "photolambda.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PHOTOLAMBDA_DATABASE_URL"] = database;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            var texts = await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, string.Concat(texts));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
