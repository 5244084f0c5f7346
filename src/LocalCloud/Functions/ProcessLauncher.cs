using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace PhotoLambda.Local.Functions;

/// <summary>
/// Starts children so that they die with the local cloud, also when that is killed with <c>kill -9</c>. On Linux
/// <c>setpriv</c> asks the kernel for it; elsewhere a child notices that the Runtime API is gone and exits. Ctrl-C is
/// for the local cloud alone: in a session of their own (<c>setsid</c>) the children live until they are stopped.
/// </summary>
/// <remarks>
/// The kernel watches the thread that forked, not its process (prctl(2), PR_SET_PDEATHSIG), and threads of the pool
/// come and go. So one thread of its own starts all children, and lives as long as they do.
/// </remarks>
internal sealed class ProcessLauncher : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly string? _setpriv = OperatingSystem.IsLinux() ? FindSetpriv() : null;
    private readonly string? _setsid = Programs.Find("setsid");

    public ProcessLauncher() =>
        new Thread(Run) { IsBackground = true, Name = "process launcher" }.Start();

    /// <param name="start">File, arguments, environment and folder.</param>
    /// <exception cref="Win32Exception">The file cannot be run.</exception>
    public Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Bind(start);
        _work.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception failure) when (failure is Win32Exception or InvalidOperationException)
            {
                started.SetException(failure);
            }
        });
        return started.Task;
    }

    public void Dispose() => _work.CompleteAdding();

    private void Run()
    {
        foreach (var action in _work.GetConsumingEnumerable())
        {
            action();
        }

        _work.Dispose();
    }

    private void Bind(ProcessStartInfo start)
    {
        string[] bound = _setpriv is null ? [] : [_setpriv, "--pdeathsig", "KILL", "--"];
        string[] apart = _setsid is null ? [] : [_setsid];
        string[] command = [.. bound, .. apart, start.FileName, .. start.ArgumentList];
        start.FileName = command[0];
        start.ArgumentList.Clear();
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        // A .NET that is killed leaves the pipes of its debugger in the temporary folder; --attach is for debuggers.
        start.Environment.TryAdd("DOTNET_EnableDiagnostics", "0");
    }

    /// <returns>Null when there is none, or one (BusyBox's) that does not know the option.</returns>
    private static string? FindSetpriv()
    {
        if (Programs.Find("setpriv") is not { } setpriv)
        {
            return null;
        }

        var start = new ProcessStartInfo(setpriv, ["--pdeathsig", "KILL", "--", setpriv, "--version"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var probe = Process.Start(start)!;
        probe.WaitForExit();
        return probe.ExitCode == 0 ? setpriv : null;
    }
}
