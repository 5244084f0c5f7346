using PhotoLambda.Local;
using PhotoLambda.Local.Chaos;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.Sqs;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>A function that is a process, a queue that it reads in batches, and the door of chaos.</summary>
internal sealed class ChaosStage : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly string _folder = SqsServer.NewFolder();
    private readonly QueuePoller _poller;
    private readonly LoopbackServer _server;
    private readonly QueueService _queues;
    private readonly ShellFunction _function;
    private Task _running = Task.CompletedTask;

    private ChaosStage(
        ShellFunction function, LoopbackServer server, Func<LambdaService, QueueService, ChaosEndpoint> serve,
        ChaosSwitch chaos)
    {
        (_function, _server) = (function, server);
        _queues = QueueService.Open(
            _folder, [new("Q", "q"), new("D", "d")], new Uri(server.Address), Time, chaos);
        var mapping = new QueueMapping(
            CloudIdentity.QueueArn("q"), 10_000, 0, true, 2, Enabled: true);
        _poller = new QueuePoller(Queue, mapping, function.Host.InvokeAsync, Time, Log);
        serve(function.Lambda, _queues);
        Door = new ChaosDoor(new Uri(server.Address), new Uri(server.Address));
    }

    public SteppedTime Time { get; } = new();

    public LogNames Log { get; } = new();

    public ChaosDoor Door { get; }

    public FunctionHost Host => _function.Host;

    public LocalQueue Queue => _queues.Find("q")!;

    public static async Task<ChaosStage> StartAsync(CancellationToken cancellation)
    {
        var chaos = new ChaosSwitch();
        var function = await ShellFunction.StartAsync(cancellation, chaos: chaos);
        ChaosEndpoint? endpoint = null;
        var server = await LoopbackServer.StartAsync(http => endpoint!.HandleAsync(http), cancellation);
        return new ChaosStage(
            function, server, (lambda, queues) => endpoint = new ChaosEndpoint(chaos, queues, lambda), chaos);
    }

    /// <summary>Begins to hand out what is in the queue, which goes into one batch.</summary>
    public void Start() => _running = _poller.RunAsync(_stop.Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        Door.Dispose();
        await _server.DisposeAsync();
        await _function.DisposeAsync();
        _queues.Dispose();
        Directory.Delete(_folder, recursive: true);
        _stop.Dispose();
    }
}
