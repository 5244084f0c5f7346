namespace PhotoLambda.Local.Functions;

/// <summary>Where the events of a function meet the instances that ask for one.</summary>
internal sealed class InvocationQueue
{
    private readonly Lock _lock = new();
    private readonly Queue<Invocation> _waiting = [];
    private readonly LinkedList<TaskCompletionSource<Invocation>> _idle = [];

    /// <summary>Events that no instance has taken yet.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count(i => !i.Result.IsCompleted);
            }
        }
    }

    public void Offer(Invocation invocation)
    {
        lock (_lock)
        {
            // The last to fall idle comes first: its caches are warm, and the others may stay asleep.
            while (_idle.Last is { } last)
            {
                _idle.RemoveLast();
                if (last.Value.TrySetResult(invocation))
                {
                    return;
                }
            }

            _waiting.Enqueue(invocation);
        }
    }

    public async Task<Invocation> TakeAsync(CancellationToken cancellation)
    {
        var idle = new TaskCompletionSource<Invocation>(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<TaskCompletionSource<Invocation>> node;
        lock (_lock)
        {
            while (_waiting.TryDequeue(out var waiting))
            {
                if (!waiting.Result.IsCompleted)
                {
                    return waiting;
                }
            }

            node = _idle.AddLast(idle);
        }

        await using var registration = cancellation.UnsafeRegister(_ => Withdraw(node, cancellation), null);
        return await idle.Task;
    }

    /// <returns>All that wait; they do so no longer.</returns>
    public IReadOnlyList<Invocation> Drain()
    {
        lock (_lock)
        {
            List<Invocation> drained = [.. _waiting.Where(i => !i.Result.IsCompleted)];
            _waiting.Clear();
            return drained;
        }
    }

    private void Withdraw(LinkedListNode<TaskCompletionSource<Invocation>> node, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (node.List is not null)
            {
                _idle.Remove(node);
            }
        }

        node.Value.TrySetCanceled(cancellation);
    }
}
