using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Functions;

/// <summary>All functions of a stack. Disposing it ends their processes.</summary>
internal sealed class LambdaService : IAsyncDisposable
{
    private readonly RuntimeApi _runtimeApi;
    private readonly ProcessLauncher _launcher = new();
    private readonly Dictionary<string, FunctionHost> _hosts = new(StringComparer.Ordinal);

    private LambdaService(RuntimeApi runtimeApi) => _runtimeApi = runtimeApi;

    public IEnumerable<FunctionHost> Hosts => _hosts.Values;

    public IEnumerable<FunctionState> States => _hosts.Values.Select(h => h.State);

    /// <param name="logicalId">Of a function of the stack.</param>
    public FunctionHost this[string logicalId] => _hosts[logicalId];

    /// <summary>Gets ready to run the functions; none is started before its first event.</summary>
    /// <exception cref="LocalCloudException">The program of one is missing.</exception>
    public static async Task<LambdaService> StartAsync(
        IEnumerable<FunctionResource> functions, LambdaOptions options, CancellationToken cancellation)
    {
        var service = new LambdaService(await RuntimeApi.StartAsync(cancellation));
        try
        {
            foreach (var function in functions)
            {
                service.Add(new FunctionHost(function, options, service._runtimeApi, service._launcher));
            }
        }
        catch (LocalCloudException)
        {
            await service.DisposeAsync();
            throw;
        }

        return service;
    }

    /// <summary>
    /// The value of <c>AWS_LAMBDA_RUNTIME_API</c> for a process that is to handle a function's events.
    /// </summary>
    public string RuntimeApiOf(string logicalId) => $"{_runtimeApi.Host}/{logicalId}";

    /// <param name="name">A function's name, ARN, partial ARN or logical id, with or without a version.</param>
    public FunctionHost? Find(string name)
    {
        var parts = name.Split(':');
        // arn:aws:lambda:region:account:function:name:version, or account:function:name, or name:version.
        var at = Array.IndexOf(parts, "function") + 1;
        return _hosts.Values.FirstOrDefault(
            h => h.Function.FunctionName == parts[at] || h.Function.LogicalId == parts[at]);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_hosts.Values.Select(h => h.DisposeAsync().AsTask()));
        await _runtimeApi.DisposeAsync();
        _launcher.Dispose();
    }

    private void Add(FunctionHost host)
    {
        _hosts.Add(host.Function.LogicalId, host);
        _runtimeApi.Add(host.Function.LogicalId, host, null);
    }
}
