using System.Diagnostics.Metrics;
using PhotoLambda.UploadUrl;

namespace PhotoLambda.Bench;

/// <summary>
/// The API function within this process, called without a socket, and ASP.NET Core's own measure of its requests: from
/// the server's call of the application to the application's end. That is what a request costs on any server.
/// </summary>
internal sealed class AppInMemory : IAsyncDisposable
{
    private readonly MemoryRuntimeApi _api = new();
    private readonly MeterListener _meters = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _client;
    private readonly Task _function;
    private double _microseconds;

    private AppInMemory()
    {
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "Microsoft.AspNetCore.Hosting", Name: "http.server.request.duration" })
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<double>((_, seconds, _, _) => _microseconds = seconds * 1e6);
        _meters.Start();
        _client = new HttpClient(_api) { BaseAddress = new Uri("http://memory/"), Timeout = Timeout.InfiniteTimeSpan };
        _function = UploadUrlFunction.RunAsync(_client, FunctionSettings.UploadUrl, _stop.Token);
    }

    public static async Task<AppInMemory> StartAsync(CancellationToken cancellation)
    {
        var app = new AppInMemory();
        await Task.WhenAny(app._api.Asked, app._function).WaitAsync(cancellation);
        return app._api.Asked.IsCompleted ? app : throw new BenchException("The function did not start.");
    }

    /// <returns>The whole invocation, and the application's part of it; both in microseconds.</returns>
    public (double Invocation, double Application) Invoke(byte[] payload)
    {
        _microseconds = double.NaN;
        var invocation = _api.Invoke(payload).TotalMicroseconds;
        return double.IsNaN(_microseconds)
            ? throw new BenchException("ASP.NET Core did not measure the request.")
            : (invocation, _microseconds);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _function.ContinueWith(_ => { }, TaskScheduler.Default);
        _meters.Dispose();
        _client.Dispose();
        _stop.Dispose();
    }
}
