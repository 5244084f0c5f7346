using System.Collections.Concurrent;
using PhotoLambda.Local.Chaos;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Functions;

/// <summary>
/// Runs one function: its events wait here for an instance, and end here with a result, a crash or a timeout.
/// </summary>
internal sealed class FunctionHost : IAsyncDisposable
{
    private readonly LambdaOptions _options;
    private readonly InvocationQueue _queue = new();
    private readonly ConcurrentDictionary<string, Running> _running = [];
    private readonly InstancePool _pool;
    private readonly bool _attached;
    private long _invocations;
    private long _errors;
    private volatile string? _lastError;

    public FunctionHost(
        FunctionResource function, LambdaOptions options, RuntimeApi runtimeApi, ProcessLauncher launcher)
    {
        Function = function;
        _options = options;
        _attached = options.Attached.Contains(function.LogicalId);
        var program = _attached ? null : ProgramOf(function, options);
        _pool = new InstancePool(this, options, program, runtimeApi, launcher, _queue);
    }

    /// <exception cref="LocalCloudException">There is none; the message begins with the handler's place.</exception>
    private static string ProgramOf(FunctionResource function, LambdaOptions options)
    {
        try
        {
            return options.ProgramOf(function);
        }
        catch (LocalCloudException e) when (function.HandlerPlace is { } place)
        {
            throw new LocalCloudException(
                $"{place}: the handler '{function.Handler}' is no program that can be run. {e.Message}", e);
        }
    }

    private sealed record Running(Invocation Invocation, Instance? Instance, Timer Timer);

    public FunctionResource Function { get; }

    public FunctionState State => new(
        Function.LogicalId, Function.FunctionName, _attached, _pool.Count, _running.Count, _queue.Waiting,
        Interlocked.Read(ref _invocations), Interlocked.Read(ref _errors), _lastError);

    /// <summary>
    /// Runs the function with a JSON payload, after those that came before and found no instance free.
    /// </summary>
    /// <param name="cancellation">Ends the waiting; an event that is being handled is handled to its end.</param>
    public Task<InvocationResult> InvokeAsync(byte[] payload, CancellationToken cancellation) =>
        InvokeAsync(new Invocation(payload), cancellation);

    /// <inheritdoc cref="InvokeAsync(byte[],CancellationToken)"/>
    public async Task<InvocationResult> InvokeAsync(Invocation invocation, CancellationToken cancellation)
    {
        if (invocation.Payload.Length > PayloadLimits.Synchronous)
        {
            return Failures.PayloadTooLarge;
        }

        if (Function.ReservedConcurrency == 0)
        {
            return Failures.NoConcurrency;
        }

        if (_pool.IsStopping)
        {
            return Failures.Stopping;
        }

        await using var registration = cancellation.UnsafeRegister(_ => invocation.Abandon(cancellation), null);
        _queue.Offer(invocation);
        _pool.Scale();
        if (_pool.IsStopping)
        {
            // It came too late for DisposeAsync to see it.
            FailWaiting(_ => Failures.Stopping);
        }

        return await invocation.Result;
    }

    /// <summary>Gives an instance its next event, when there is one.</summary>
    /// <param name="instance">Null: a process that was not started here.</param>
    public async Task<Invocation> NextAsync(Instance? instance, CancellationToken cancellation)
    {
        // What waits is taken before it is known that the instance asks, or another would be started for it.
        var taking = _queue.TakeAsync(cancellation);
        instance?.Ask();
        var invocation = await taking;
        if (cancellation.IsCancellationRequested)
        {
            throw GiveBack(invocation, cancellation);
        }

        var timeout = TimeSpan.FromSeconds(Function.Timeout);
        invocation.Deadline = DateTimeOffset.UtcNow + timeout;
        var timer = new Timer(_ => Expire(invocation.RequestId, timeout), null, timeout, Timeout.InfiniteTimeSpan);
        _running[invocation.RequestId] = new Running(invocation, instance, timer);
        if (instance?.TryBegin(invocation) == false)
        {
            // Its process has ended between asking and being given.
            _running.TryRemove(invocation.RequestId, out _);
            await timer.DisposeAsync();
            throw GiveBack(invocation, cancellation);
        }

        if (instance is not null && _options.Chaos.Current is { } chaos
            && chaos.KillAfter(Function.LogicalId) is { } pause)
        {
            _ = KillAsync(chaos, instance, invocation, pause);
        }

        return invocation;
    }

    /// <returns>False when no such event is being handled, for example since its time is over.</returns>
    public bool Finish(string requestId, InvocationResult result)
    {
        if (!_running.TryRemove(requestId, out var running))
        {
            return false;
        }

        running.Timer.Dispose();
        running.Instance?.Finish();
        Complete(running.Invocation, result);
        return true;
    }

    /// <summary>Takes the report of an instance that cannot start.</summary>
    public void ReportInitError(Instance? instance, InvocationResult error)
    {
        _lastError = Failures.Describe(error);
        _options.Log(Function.LogicalId, $"init failed: {_lastError}");
        if (instance is not null)
        {
            instance.InitError = error;
        }
    }

    /// <summary>Takes note that the process of an instance is no more.</summary>
    public void Ended(Instance instance, int exitCode)
    {
        if (instance.End() is { } current)
        {
            Finish(
                current.RequestId, _pool.IsStopping ? Failures.Stopping : Failures.Exited(current.RequestId, exitCode));
        }
        else if (!instance.Ready.IsCompleted && _pool.Count == 0)
        {
            SayWhy(instance, exitCode);
            // Nobody is left to take them, and the next one would fail in the same way.
            FailWaiting(i => _pool.IsStopping
                ? Failures.Stopping
                : instance.InitError ?? Failures.Exited(i.RequestId, exitCode));
        }
        else if (instance is { Ready.IsCompleted: true, IsDoomed: false } && !_pool.IsStopping)
        {
            _options.Log(Function.LogicalId, $"ended with exit code {exitCode} while it had no event");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        foreach (var requestId in _running.Keys)
        {
            Finish(requestId, Failures.Stopping);
        }

        FailWaiting(_ => Failures.Stopping);
    }

    /// <summary>Of a start that failed without a report: Lambda's own words for it are about any end.</summary>
    private void SayWhy(Instance instance, int exitCode)
    {
        if (instance.InitError is null && !_pool.IsStopping)
        {
            _options.Log(
                Function.LogicalId,
                $"ended with exit code {exitCode} before it asked for an event; "
                    + (instance.LastWords is { } words ? $"its last words: {words}" : "it wrote nothing"));
        }
    }

    private void Expire(string requestId, TimeSpan timeout)
    {
        if (_running.TryGetValue(requestId, out var running)
            && Finish(requestId, Failures.TimedOut(requestId, timeout)))
        {
            running.Instance?.Kill();
        }
    }

    private async Task KillAsync(ChaosRun chaos, Instance instance, Invocation invocation, TimeSpan pause)
    {
        await Task.Delay(pause);
        if (instance.Current == invocation && chaos.TryKill())
        {
            _options.Log(Function.LogicalId, $"killed after {pause.TotalMilliseconds} ms, as /_local/chaos asks");
            instance.Kill();
        }
    }

    /// <summary>For another instance, since the one that asked has gone meanwhile.</summary>
    private OperationCanceledException GiveBack(Invocation invocation, CancellationToken cancellation)
    {
        _queue.Offer(invocation);
        _pool.Scale();
        return new OperationCanceledException(cancellation);
    }

    private void FailWaiting(Func<Invocation, InvocationResult> failure)
    {
        foreach (var invocation in _queue.Drain())
        {
            Complete(invocation, failure(invocation));
        }
    }

    private void Complete(Invocation invocation, InvocationResult result)
    {
        Interlocked.Increment(ref _invocations);
        if (!result.Succeeded)
        {
            Interlocked.Increment(ref _errors);
            _lastError = Failures.Describe(result);
            _options.Log(Function.LogicalId, _lastError);
        }

        invocation.Complete(result);
    }
}
