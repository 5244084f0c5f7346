using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PhotoLambda.Bench;

/// <summary>Requests to a program on Kestrel, over one connection that is kept.</summary>
internal sealed class KestrelClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpWire _wire;
    private readonly byte[] _request;

    private KestrelClient(HttpWire wire, string path)
    {
        _wire = wire;
        // The headers that the event of the same request carries.
        _request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\n"
            + string.Concat(HttpApiEvent.Headers.Select(h => $"{h.Key}: {h.Value}\r\n")) + "\r\n");
    }

    /// <returns>A port that was free a moment ago.</returns>
    public static IPEndPoint FreeEndpoint()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }

    /// <exception cref="BenchException">The program does not listen there.</exception>
    public static async Task<KestrelClient> ConnectAsync(
        Child program, IPEndPoint endpoint, string path, CancellationToken cancellation)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; await Task.Delay(20, cancellation))
        {
            try
            {
                return new KestrelClient(HttpWire.Connect(endpoint), path);
            }
            catch (SocketException)
            {
                // Not yet.
            }
        }

        throw program.Failure($"did not listen on {endpoint} within {Patience.TotalSeconds} s");
    }

    /// <returns>From the request's first byte out to the response's last byte in.</returns>
    public TimeSpan Request()
    {
        var start = Stopwatch.GetTimestamp();
        _wire.Send(_request);
        var response = _wire.Receive();
        var time = Stopwatch.GetElapsedTime(start);
        return response.StartsWith("HTTP/1.1 200 ")
            ? time
            : throw new BenchException($"Kestrel answered {response.Head}");
    }

    public void Dispose() => _wire.Dispose();
}
