using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PhotoLambda.Local;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.Sqs;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>A queue with a poller, and a function whose every invocation the test decides.</summary>
internal sealed class PolledQueue : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly string _folder = SqsServer.NewFolder();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly QueuePoller _poller;

    public PolledQueue(
        TimeProvider time, int batchSize = 10, int window = 0, bool partial = true, int? concurrency = null,
        QueueResource? queue = null)
    {
        Queues = QueueService.Open(
            _folder, [queue ?? new("Q", "q"), new("D", "dead")], new Uri("http://127.0.0.1:1"), time);
        var mapping = new QueueMapping(
            CloudIdentity.QueueArn("q"), batchSize, window, partial, concurrency, Enabled: true);
        _poller = new QueuePoller(Queue, mapping, InvokeAsync, time, Log);
    }

    public QueueService Queues { get; }

    public LocalQueue Queue => Queues.Find("q")!;

    public LogNames Log { get; } = new();

    /// <summary>Those the test has not taken yet.</summary>
    public ConcurrentQueue<PolledBatch> Invocations { get; } = new();

    public Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>Thrown by the next invocations instead of being shown to the test.</summary>
    public Exception? StartFailure { get; set; }

    public int Started { get; private set; }

    public void Start() => Running = _poller.RunAsync(_stop.Token);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Running.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public async Task<PolledBatch> NextAsync()
    {
        Assert.True(await _arrived.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.True(Invocations.TryDequeue(out var invocation));
        return invocation;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Queues.Dispose();
        Directory.Delete(_folder, recursive: true);
        _stop.Dispose();
        _arrived.Dispose();
    }

    private async Task<InvocationResult> InvokeAsync(byte[] payload, CancellationToken cancellationToken)
    {
        Started++;
        if (StartFailure is { } failure)
        {
            throw failure;
        }

        var invocation = new PolledBatch(payload, cancellationToken);
        Invocations.Enqueue(invocation);
        _arrived.Release();
        using var cancellation = cancellationToken.Register(() => invocation.Result.TrySetCanceled(cancellationToken));
        return await invocation.Result.Task;
    }
}

internal sealed record PolledBatch(byte[] Payload, CancellationToken Cancellation)
{
    public TaskCompletionSource<InvocationResult> Result { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public JsonElement Event => JsonSerializer.Deserialize<JsonElement>(Payload);

    public string[] Bodies => Texts("body");

    public string[] Ids => Texts("messageId");

    public void Succeed(string response = "{}") =>
        Result.SetResult(new InvocationResult(true, System.Text.Encoding.UTF8.GetBytes(response), null));

    public void Fail() => Result.SetResult(new InvocationResult(false, "{}"u8.ToArray(), "Unhandled"));

    private string[] Texts(string name) =>
        [.. Event.GetProperty("Records").EnumerateArray().Select(r => r.GetProperty(name).GetString()!)];
}

/// <summary>Lets a test wait for what is logged, by its name.</summary>
internal sealed class LogNames : ILogger<QueuePoller>
{
    private readonly Channel<string?> _names = Channel.CreateUnbounded<string?>();

    public Task<string?> NextAsync() =>
        _names.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        _names.Writer.TryWrite(eventId.Name);
}
