using PhotoLambda.Local.Cdn;
using PhotoLambda.Local.Chaos;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.Iam;
using PhotoLambda.Local.Identity;
using PhotoLambda.Local.Postgres;
using PhotoLambda.Local.S3;
using PhotoLambda.Local.Sqs;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local;

/// <summary>A template, running: what it declares, wired as it declares it, in this process and its children.</summary>
internal sealed class LocalCloud : IAsyncDisposable
{
    private readonly Stack<object> _parts = new();
    private readonly LocalCloudOptions _options;
    private readonly ChaosSwitch _chaos = new();
    private LambdaService _lambda = null!;

    private LocalCloud(LocalCloudOptions options) => _options = options;

    /// <summary>Where the API is.</summary>
    public Uri Api { get; private set; } = null!;

    /// <summary>Where S3, SQS and Lambda are.</summary>
    public Uri Cloud { get; private set; } = null!;

    public LocalDatabase Database { get; private set; } = null!;

    public Stack Stack { get; private set; } = null!;

    /// <summary>Path of the library that makes thumbnails; null where there is none.</summary>
    public string? Libvips { get; private set; }

    public string DataFolder { get; private set; } = "";

    /// <param name="say">Told what is going on, one line at a time.</param>
    /// <exception cref="LocalCloudException">Something that the developer can mend; the message says how.</exception>
    public static async Task<LocalCloud> StartAsync(
        LocalCloudOptions options, Action<string> say, CancellationToken cancellation)
    {
        var cloud = new LocalCloud(options);
        try
        {
            await cloud.StartAsync(say, cancellation);
            return cloud;
        }
        catch
        {
            await cloud.DisposeAsync();
            throw;
        }
    }

    public bool HasDetector => _options.WithDetector;

    /// <summary>What a process needs in its environment to be that function, for those that are attached.</summary>
    public IReadOnlyDictionary<string, string?> EnvironmentOf(string logicalId) => FunctionEnvironment.Of(
        _lambda[logicalId].Function, _lambda.RuntimeApiOf(logicalId), Cloud, Environment.CurrentDirectory, "attached");

    public IEnumerable<(string LogicalId, IReadOnlyDictionary<string, string?> Environment)> AttachedEnvironments() =>
        _options.Attached.Select(id => (id, EnvironmentOf(id)));

    /// <returns>When interrupted.</returns>
    /// <exception cref="LocalCloudException">The database went away.</exception>
    public async Task RunAsync(CancellationToken interrupted)
    {
        var end = await Task.WhenAny(Database.Exited, Task.Delay(Timeout.Infinite, interrupted));
        if (end == Database.Exited && !interrupted.IsCancellationRequested)
        {
            throw new LocalCloudException(
                $"PostgreSQL has ended. Its log is below {DataFolder}; start the local cloud again.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
        {
            if (part is IAsyncDisposable slow)
            {
                await slow.DisposeAsync();
            }
            else
            {
                ((IDisposable)part).Dispose();
            }
        }
    }

    private async Task StartAsync(Action<string> say, CancellationToken cancellation)
    {
        var template = TemplateFile.Open(_options.Template);
        var data = Keep(Local.DataFolder.Claim(_options.DataFolder));
        DataFolder = data.Path;
        var api = Keep(await Listener.StartAsync(_options.Port, "--port", cancellation));
        var cloud = Keep(await Listener.StartAsync(_options.CloudPort, "--cloud-port", cancellation));
        (Api, Cloud) = (api.Address, cloud.Address);
        var libvips = NpmLibvips.GetAsync(say, cancellation);
        Database = Keep(await LocalDatabase.StartAsync(
            _options.DatabaseUrl, data.Below("postgres"), say, cancellation));
        Libvips = await libvips;

        var issuer = LocalIssuer.Open(data.Below("issuer"), new Uri(Api, "/_local"), TimeProvider.System);
        var known = new KnownParameters(this, issuer.Issuer);
        var parameters = known.For(template, _options.Parameters, _options.Secrets);
        Stack = template.Resolve(parameters, Cloud, secrets: known.Secrets(_options.Secrets));
        var queues = Keep(QueueService.Open(data.Below("sqs"), Stack.Queues, Cloud, TimeProvider.System, _chaos));
        _lambda = Keep(await StartFunctionsAsync(say, cancellation));
        var sources = Keep(new EventSources(Stack, _lambda, queues, data.Below("lambda"), _chaos, say));
        var store = Keep(ObjectStore.Open(data.Below("s3"), Stack.Buckets, sources.DeliverAsync, TimeProvider.System));

        var access = new AccessControl(Stack.Functions, Stack.ResourcePolicies, say);
        var cdn = Keep(new LocalCdn(data.Below("cdn"), Api, store, access, TimeProvider.System));
        cloud.Serve(new CloudEndpoint(store, queues, _lambda, sources, cdn.Invalidations, access).HandleAsync);
        var chaos = new ChaosEndpoint(_chaos, queues, _lambda);
        api.Serve(new FrontDoor(
            this, issuer, _lambda, queues, store, sources.Schedules, cdn, chaos, access).HandleAsync);
        sources.Start();
        if (_options.Attached.Count == 0)
        {
            await Readiness.WaitAsync(Api, say, cancellation);
        }

        if (_options.WithDetector)
        {
            Keep(await Detector.StartAsync(this, Path.GetDirectoryName(_options.Template)!, say));
        }
    }

    private Task<LambdaService> StartFunctionsAsync(Action<string> say, CancellationToken cancellation)
    {
        if (_options.Attached.FirstOrDefault(id => Stack.Functions.All(f => f.LogicalId != id)) is { } unknown)
        {
            var known = string.Join(", ", Stack.Functions.Select(f => f.LogicalId));
            throw new LocalCloudException($"--attach {unknown}: the template has no such function, but {known}.");
        }

        var options = new LambdaOptions(
            Cloud,
            new FunctionBinaries(_options.Template, _options.Functions).Resolve,
            (function, line) => say($"[{function}] {line}"))
        {
            Attached = _options.Attached.ToHashSet(StringComparer.Ordinal),
            Chaos = _chaos,
        };
        // For eyes, not for a log store: text, whatever format the template asks for.
        var functions = Stack.Functions.Select(f => f with { LogFormat = "Text" });
        return LambdaService.StartAsync(functions, options, cancellation);
    }

    /// <summary>To be disposed of with this, last kept first.</summary>
    private T Keep<T>(T part) where T : class
    {
        _parts.Push(part);
        return part;
    }
}
