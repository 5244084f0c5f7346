using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PhotoLambda.Local.Functions;

/// <summary>One child process, its lines and its end.</summary>
internal sealed class FunctionProcess : IDisposable
{
    private const int SigTerm = 15;

    /// <summary>Lambda gives about half a second; here a debugger or a busy machine may slow things down.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="log">Takes a line, and whether it is of the standard error.</param>
    private FunctionProcess(Process process, Action<string, bool> log)
    {
        _process = process;
        process.Exited += (_, _) => _exited.TrySetResult(process.ExitCode);
        process.EnableRaisingEvents = true;
        process.OutputDataReceived += (_, line) => Forward(line.Data, false, log);
        process.ErrorDataReceived += (_, line) => Forward(line.Data, true, log);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        // Nobody types to a function; it must not take the keys meant for the local cloud.
        process.StandardInput.Close();
    }

    /// <summary>Its exit code.</summary>
    public Task<int> Exited => _exited.Task;

    public static async Task<FunctionProcess> StartAsync(
        ProcessLauncher launcher, ProcessStartInfo start, Action<string, bool> log)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return new FunctionProcess(await launcher.StartAsync(start), log);
    }

    /// <summary>Ends the process and those that it started.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or AggregateException or Win32Exception)
        {
            // It has ended by itself meanwhile.
        }
    }

    /// <param name="politely">Whether it asked to be told (SIGTERM) before it is killed.</param>
    public async Task StopAsync(bool politely)
    {
        if (politely && !OperatingSystem.IsWindows() && !Exited.IsCompleted)
        {
            _ = SendSignal(_process.Id, SigTerm);
            await Task.WhenAny(Exited, Task.Delay(Grace));
        }

        Kill();
        await Exited;
    }

    /// <summary>Waits for the last lines, but not for a grandchild that keeps the pipe open.</summary>
    public async Task DrainAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // What is left belongs to a process that we did not start.
        }
    }

    public void Dispose() => _process.Dispose();

    private static void Forward(string? line, bool isError, Action<string, bool> log)
    {
        if (line is not null)
        {
            log(line, isError);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
