using System.Net;
using System.Net.Sockets;

namespace PhotoLambda.Tests;

/// <summary>A port whose queue of connections is full: the kernel drops what asks for another one.</summary>
internal sealed class SwallowingHost : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _connections = [];

    private SwallowingHost()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public static async Task<SwallowingHost> StartAsync()
    {
        var host = new SwallowingHost();
        // Linux takes one more than it is told; when the first is not answered, all is full.
        while (await host.TakesAsync())
        {
            Assert.InRange(host._connections.Count, 0, 10);
        }

        return host;
    }

    public void Dispose()
    {
        _connections.ForEach(c => c.Dispose());
        _listener.Dispose();
    }

    private async Task<bool> TakesAsync()
    {
        var connection = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _connections.Add(connection);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        try
        {
            await connection.ConnectAsync(IPAddress.Loopback, Port, patience.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
