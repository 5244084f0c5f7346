using System.Text;
using PhotoLambda.Local.Chaos;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.Schedules;
using PhotoLambda.Local.Sqs;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local;

/// <summary>What wakes functions besides HTTP: queues, the store, schedules, asynchronous invocations.</summary>
internal sealed class EventSources : IAsyncDisposable
{
    // Long enough to cost nothing, short enough not to matter when the local cloud stops.
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(20);

    private readonly Stack _stack;
    private readonly LambdaService _lambda;
    private readonly QueueService _queues;
    private readonly ChaosSwitch _chaos;
    private readonly QueueService _asynchronous;
    private readonly Dictionary<string, AsyncInvoker> _invokers;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private readonly Action<string> _say;

    /// <param name="folder">Keeps the events of asynchronous invocations until they are done.</param>
    public EventSources(
        Stack stack, LambdaService lambda, QueueService queues, string folder, ChaosSwitch chaos, Action<string> say)
    {
        (_stack, _lambda, _queues, _chaos, _say) = (stack, lambda, queues, chaos, say);
        // Its own visibility outlasts the longest function; an event is hidden while its function runs.
        var own = stack.Functions.Select(f => new QueueResource(f.LogicalId, f.LogicalId, VisibilityTimeout: 960));
        _asynchronous = QueueService.Open(folder, [.. own], new Uri("http://internal"), TimeProvider.System);
        _invokers = stack.Functions.ToDictionary(f => f.LogicalId, Invoker);
        Schedules =
        [
            .. from function in stack.Functions
               from schedule in function.Schedules
               select new RunningSchedule(function, schedule, EnqueueAsync, TimeProvider.System),
        ];
    }

    public IReadOnlyList<RunningSchedule> Schedules { get; }

    public void Start()
    {
        foreach (var function in _stack.Functions)
        {
            var mappings = function.QueueMappings.Where(m => m.Enabled);
            _running.AddRange(mappings.Select(m => RunAsync(function, Poller(function, m).RunAsync)));
            _running.Add(RunAsync(function, _invokers[function.LogicalId].RunAsync));
            var schedules = Schedules.Where(s => s.Function == function.LogicalId);
            _running.AddRange(schedules.Select(s => RunAsync(function, s.RunAsync)));
        }
    }

    /// <summary>Takes an event for a function that is to be run some time; safe when it returns.</summary>
    public async Task EnqueueAsync(string logicalId, byte[] payload, CancellationToken cancellation)
    {
        if (!await _invokers[logicalId].EnqueueAsync(payload, cancellation))
        {
            throw new InvalidOperationException(
                $"An event for {logicalId} has {payload.Length} bytes; the limit is {PayloadLimits.Asynchronous}.");
        }
    }

    /// <summary>Takes a notification of the store to its queue or function, unless chaos loses it.</summary>
    public async ValueTask DeliverAsync(string targetArn, string eventJson, CancellationToken cancellation)
    {
        var queue = _queues.ByArn(targetArn);
        if (_chaos.Current?.DropsEvent(queue?.Settings.LogicalId) == true)
        {
            return;
        }

        if (queue is not null)
        {
            queue.Send(eventJson);
        }
        else if (_lambda.Find(targetArn) is { } host)
        {
            await EnqueueAsync(host.Function.LogicalId, Encoding.UTF8.GetBytes(eventJson), cancellation);
        }
        else
        {
            throw new InvalidOperationException($"A notification's target is not there: {targetArn}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).ContinueWith(_ => { }, TaskScheduler.Default);
        _asynchronous.Dispose();
        _stop.Dispose();
    }

    private QueuePoller Poller(FunctionResource function, QueueMapping mapping)
    {
        var queue = _queues.ByArn(mapping.QueueArn) ?? throw new LocalCloudException(
            $"{function.LogicalId}: the template declares no queue {mapping.QueueArn}.");
        return new QueuePoller(
            queue,
            mapping,
            _lambda[function.LogicalId].InvokeAsync,
            TimeProvider.System,
            new StepLogger<QueuePoller>(_say));
    }

    private AsyncInvoker Invoker(FunctionResource function)
    {
        var queue = _asynchronous.Find(function.LogicalId)!;
        var durable = new DurableQueue(
            (body, delay, _) => Task.FromResult(queue.Send(body, delaySeconds: (int)delay.TotalSeconds)),
            async token => (await queue.ReceiveAsync(1, LongPoll, cancellationToken: token)) is [var delivery]
                ? new DurableMessage(delivery.ReceiptHandle, delivery.Message.Body)
                : null,
            (message, _) =>
            {
                queue.Delete(message.Handle);
                return Task.CompletedTask;
            });
        return new AsyncInvoker(function, _lambda[function.LogicalId].InvokeAsync, durable, DeadLetterAsync);
    }

    private Task DeadLetterAsync(
        string arn, byte[] payload, IReadOnlyDictionary<string, string> attributes, CancellationToken cancellation)
    {
        var queue = _queues.ByArn(arn) ?? throw new InvalidOperationException($"There is no dead-letter queue {arn}.");
        queue.Send(
            Encoding.UTF8.GetString(payload),
            attributes.ToDictionary(a => a.Key, a => new PhotoLambda.Sqs.AttributeValue("String", a.Value)));
        return Task.CompletedTask;
    }

    private async Task RunAsync(FunctionResource function, Func<CancellationToken, Task> run)
    {
        try
        {
            await run(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            // The boundary of a background task: nobody else would hear of it.
            _say($"{function.LogicalId} gets no more events: {e}");
        }
    }
}
