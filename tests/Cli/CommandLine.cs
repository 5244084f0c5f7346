using System.Diagnostics;

namespace PhotoLambda.Tests;

/// <summary>The program <c>photolambda</c>, as an administrator runs it.</summary>
internal sealed class CommandLine : IDisposable
{
    private readonly Process _process;
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));
    private readonly Task<string[]> _texts;

    private CommandLine(Process process)
    {
        _process = process;
        _texts = Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(_limit.Token), process.StandardError.ReadToEndAsync(_limit.Token));
    }

    /// <param name="environment">Variables to set; null: not set.</param>
    public static CommandLine Start(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        // The copy beside the tests, whose coverage is measured; what it needs lies there for the tests.
        static string Beside(string name) => Path.Combine(AppContext.BaseDirectory, name);

        // Ctrl-C is heard also where the tests run in the background.
        var start = new ProcessStartInfo("env",
        [
            "--default-signal=INT", "dotnet", "exec",
            "--runtimeconfig", Beside("PhotoLambda.Tests.runtimeconfig.json"),
            "--depsfile", Beside("PhotoLambda.Tests.deps.json"), Beside("photolambda.dll"), .. arguments,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new CommandLine(Process.Start(start)!);
    }

    /// <param name="database">The value of PHOTOLAMBDA_DATABASE_URL; null: not set.</param>
    /// <returns>Both outputs as one text, when the program has ended.</returns>
    public static Task<(int Exit, string Output)> RunAsync(string? database, params string[] arguments) =>
        RunInAsync(new Dictionary<string, string?> { ["PHOTOLAMBDA_DATABASE_URL"] = database }, arguments);

    /// <inheritdoc cref="Start" path="/param"/>
    /// <inheritdoc cref="RunAsync" path="/returns"/>
    public static async Task<(int Exit, string Output)> RunInAsync(
        IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        using var command = Start(environment, arguments);
        return await command.EndAsync();
    }

    /// <inheritdoc cref="RunAsync" path="/returns"/>
    public async Task<(int Exit, string Output)> EndAsync()
    {
        var texts = await _texts;
        await _process.WaitForExitAsync(_limit.Token);
        return (_process.ExitCode, string.Concat(texts));
    }

    /// <param name="name">INT, as Ctrl-C sends it, or KILL.</param>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _limit.Dispose();
    }
}
