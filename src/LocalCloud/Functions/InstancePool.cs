using System.ComponentModel;
using System.Diagnostics;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Functions;

/// <summary>The processes of one function: as many as its waiting events need, up to its concurrency.</summary>
/// <param name="program">What to run; null for a function that is not started here.</param>
internal sealed class InstancePool(
    FunctionHost host,
    LambdaOptions options,
    string? program,
    RuntimeApi runtimeApi,
    ProcessLauncher launcher,
    InvocationQueue queue) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<Instance, Task> _instances = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly FunctionResource _function = host.Function;
    // Found now, so that a missing one stops the start of the local cloud.
    private readonly string? _dotnet =
        program?.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) == true ? Programs.DotNet() : null;
    private int _started;
    private int _failures;
    private long _pauseEnds;

    public bool IsStopping => _stopping.IsCancellationRequested;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _instances.Keys.Count(i => !i.IsDoomed);
            }
        }
    }

    private int Limit => program is null ? 0 : _function.ReservedConcurrency ?? options.Concurrency;

    /// <summary>
    /// Starts what the waiting events need; called whenever there may be more of them or fewer instances.
    /// </summary>
    public void Scale()
    {
        if (queue.Waiting == 0)
        {
            return;
        }

        lock (_lock)
        {
            var live = _instances.Keys.Where(i => !i.IsDoomed).ToList();
            var starting = live.Count(i => !i.Ready.IsCompleted);
            var returning = live.Count(i => i.IsReturning);
            for (var free = Limit - live.Count; free > 0 && MayStart(starting, returning); free--)
            {
                var instance = new Instance($"{_function.LogicalId}-{++_started}");
                _instances.Add(instance, Task.CompletedTask);
                _instances[instance] = RunAsync(instance, program!);
                starting++;
            }

            if (returning > 0 && queue.Waiting > starting)
            {
                _ = ScaleAfterAsync(Instance.Return);
            }
        }
    }

    /// <summary>SIGTERM to those that asked for it, then SIGKILL to all, and waits until none is left.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] ends;
        List<Instance> instances;
        lock (_lock)
        {
            _stopping.Cancel();
            instances = [.. _instances.Keys];
            ends = [.. _instances.Values];
        }

        await Task.WhenAll(
            instances.Select(i => i.Process?.StopAsync(politely: i.ExtensionId is not null) ?? Task.CompletedTask));
        await Task.WhenAll(ends);
        _stopping.Dispose();
    }

    // After a failure one at a time: the others would most likely fail as well.
    private bool MayStart(int starting, int returning) =>
        !IsStopping
        && queue.Waiting > starting + returning
        && Environment.TickCount64 >= _pauseEnds
        && (_failures == 0 || starting == 0);

    private async Task RunAsync(Instance instance, string path)
    {
        // Leaves the lock of Scale before anything else.
        await Task.Yield();
        runtimeApi.Add(instance.Prefix, host, instance);
        var exitCode = await LiveAsync(instance, path);
        runtimeApi.Remove(instance.Prefix);
        lock (_lock)
        {
            _instances.Remove(instance);
            if (!instance.Ready.IsCompleted)
            {
                _ = PauseAsync();
            }
        }

        host.Ended(instance, exitCode);
        Scale();
    }

    private async Task<int> LiveAsync(Instance instance, string path)
    {
        try
        {
            using var process = await FunctionProcess.StartAsync(
                launcher, StartInfo(instance, path), (line, isError) => Log(instance, line, isError));
            instance.Process = process;
            if (IsStopping)
            {
                process.Kill();
            }

            await Task.WhenAny(instance.Ready, process.Exited, Task.Delay(options.InitBudget, _stopping.Token));
            if (!instance.Ready.IsCompleted && !process.Exited.IsCompleted && !IsStopping)
            {
                instance.InitError ??= Failures.InitTimedOut(options.InitBudget);
                instance.Kill();
            }

            if (instance.Ready.IsCompleted)
            {
                Recover();
            }

            var exitCode = await process.Exited;
            await process.DrainAsync();
            return exitCode;
        }
        catch (Win32Exception failure)
        {
            instance.InitError = Failures.Of("Runtime.InvalidEntrypoint", $"{path} cannot be run: {failure.Message}");
            return failure.NativeErrorCode;
        }
    }

    /// <summary>Longer after each failed start, so that a broken function does not keep the machine busy.</summary>
    private async Task PauseAsync()
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(_failures++, 10));
        pause = pause < LongestPause ? pause : LongestPause;
        _pauseEnds = Environment.TickCount64 + (long)pause.TotalMilliseconds;
        await ScaleAfterAsync(pause);
    }

    private async Task ScaleAfterAsync(TimeSpan pause)
    {
        // The clock of TickCount64 may lag behind that of the timer.
        await Task.Delay(pause + TimeSpan.FromMilliseconds(20));
        Scale();
    }

    private void Recover()
    {
        lock (_lock)
        {
            _failures = 0;
        }

        Scale();
    }

    private ProcessStartInfo StartInfo(Instance instance, string path)
    {
        var start = _dotnet is null ? new ProcessStartInfo(path) : new ProcessStartInfo(_dotnet, [path]);
        start.WorkingDirectory = Path.GetDirectoryName(path)!;
        start.Environment.Clear();
        var api = $"{runtimeApi.Host}/{instance.Prefix}";
        foreach (var (name, value) in FunctionEnvironment.Of(
            _function, api, options.EndpointUrl, start.WorkingDirectory, instance.Prefix))
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private void Log(Instance instance, string line, bool isError)
    {
        instance.Hear(line, isError);
        if (!LogLevelFilter.Drops(_function, line))
        {
            options.Log(_function.LogicalId, line);
        }
    }
}
