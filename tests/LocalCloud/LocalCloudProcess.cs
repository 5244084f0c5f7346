using System.Collections.Concurrent;
using System.Diagnostics;

namespace PhotoLambda.Tests;

/// <summary>The local cloud as a developer starts it: a process, with its functions as processes below it.</summary>
internal sealed class LocalCloudProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LocalCloudProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => _ended.TrySetResult();
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _lines);

    public Uri Api => new(Line("  API"));

    public Uri Cloud => new(Line("  S3 and SQS"));

    public int Id => _process.Id;

    public static LocalCloudProcess Start(params string[] arguments)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.Combine(
            Repository.Root, "artifacts", "bin", "LocalCloud", configuration, "PhotoLambda.LocalCloud.dll");
        // As a terminal would: a group of its own, and Ctrl-C heard also where the tests run in the background.
        var start = new ProcessStartInfo("setsid", ["env", "--default-signal=INT", "dotnet", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        // A database that the developer has set is not for tests that kill things.
        start.Environment.Remove("PHOTOLAMBDA_DATABASE_URL");
        return new LocalCloudProcess(new Process { StartInfo = start });
    }

    /// <summary>On free ports, ready to answer.</summary>
    public static async Task<LocalCloudProcess> StartReadyAsync(string folder, params string[] more)
    {
        var cloud = Start(["--port", "0", "--cloud-port", "0", "--data", folder, .. more]);
        await Task.WhenAny(cloud._ready.Task, cloud._ended.Task).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(cloud._ready.Task.IsCompleted, cloud.Output);
        return cloud;
    }

    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        await _ended.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Waits for a line that contains this.</summary>
    public async Task SaysAsync(string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(limit.IsCancellationRequested, $"It never said '{text}':\n{Output}");
            await Task.Delay(20);
        }
    }

    /// <summary>kill -9 of this process alone: what becomes of the others is for the kernel and for them.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: false);
        await EndAsync();
    }

    /// <summary>Ctrl-C, which a terminal sends to the whole group of processes that it started.</summary>
    public void Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", "--", $"-{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Processes that still run and have this text in their command line.</summary>
    public static IReadOnlyList<string> Running(string text) =>
        [.. from folder in Directory.EnumerateDirectories("/proc")
            where int.TryParse(Path.GetFileName(folder), out _)
            let command = CommandLine(folder)
            where command.Contains(text, StringComparison.Ordinal)
            select command];

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }

    private string Line(string start) => _lines.Last(l => l.StartsWith(start, StringComparison.Ordinal))[start.Length..].Trim().Split(' ')[0];

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        if (line.StartsWith("PhotoLambda is ready", StringComparison.Ordinal))
        {
            // The lines that follow name the ports; they are one write, so they are on their way.
            _ = SaysAsync("  data").ContinueWith(_ => _ready.TrySetResult(), TaskScheduler.Default);
        }
    }
}
