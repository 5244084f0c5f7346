using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PhotoLambda.Lambda;

/// <summary>A server without a socket: its requests are the events of the Runtime API.</summary>
internal sealed class LambdaServer(
    LambdaRuntime runtime, IHostApplicationLifetime lifetime, ILogger<LambdaServer> logger) : IServer
{
    private readonly CancellationTokenSource _stop = new();
    private LambdaBootstrap? _bootstrap;
    private Task _loop = Task.CompletedTask;

    /// <summary>With an empty list of addresses, since a program that also runs elsewhere may ask for it.</summary>
    public IFeatureCollection Features { get; } = NewFeatures();

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        var invocations = new HttpInvocations<TContext>(application, logger);
        _bootstrap = runtime.CreateBootstrap(invocations.HandleAsync);

        // Only when all of the host has started: asking for an event ends the initialization.
        lifetime.ApplicationStarted.Register(() => _loop = Task.Run(RunAsync, CancellationToken.None));
        return Task.CompletedTask;
    }

    /// <exception cref="RuntimeApiException">
    /// What ended the loop: the host passes it on to the program, which so ends with an error.
    /// </exception>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _loop.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _bootstrap?.Dispose();
        _stop.Dispose();
    }

    private static FeatureCollection NewFeatures()
    {
        var features = new FeatureCollection();
        features.Set<IServerAddressesFeature>(new ServerAddressesFeature());
        return features;
    }

    private async Task RunAsync()
    {
        try
        {
            runtime.HasStarted = true;
            await _bootstrap!.RunAsync(_stop.Token);
        }
        finally
        {
            lifetime.StopApplication();
        }
    }
}
