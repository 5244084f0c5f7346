using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PhotoLambda.Tests;

/// <summary>
/// A port in front of a database that changes the text of statements on their way (message Parse of PostgreSQL's
/// protocol 3.0, protocol-message-formats.html), so that a program can be tried with other SQL than its own.
/// </summary>
internal sealed class RewritingDatabase : IDisposable
{
    private const int SslRequest = 80877103;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, string> _rewrite;
    private readonly UriBuilder _real;

    /// <param name="url">Of the real database.</param>
    /// <param name="rewrite">Is given each statement and returns what is sent in its place.</param>
    public RewritingDatabase(string url, Func<string, string> rewrite)
    {
        (_real, _rewrite) = (new UriBuilder(url), rewrite);
        _listener.Start();
        Url = new UriBuilder(url) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri.AbsoluteUri;
        _ = AcceptAsync();
    }

    /// <summary>Of this port.</summary>
    public string Url { get; }

    /// <summary>Every statement that came, as it came.</summary>
    public ConcurrentDictionary<string, bool> Statements { get; } = new();

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
    }

    private async Task ServeAsync(TcpClient near)
    {
        using (near)
        using (var far = new TcpClient(_real.Host, _real.Port))
        {
            await Task.WhenAny(ForwardAsync(near.GetStream(), far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
        }
    }

    private async Task ForwardAsync(NetworkStream near, NetworkStream far)
    {
        // Startup messages have no type; a wish for TLS, which this server does not grant, may come before.
        byte[] startup;
        do
        {
            startup = await ReadAsync(near, headLength: 4);
            await far.WriteAsync(startup);
        }
        while (BinaryPrimitives.ReadInt32BigEndian(startup.AsSpan(4)) == SslRequest);
        while (true)
        {
            var message = await ReadAsync(near, headLength: 5);
            await far.WriteAsync(message[0] == 'P' ? Rewrite(message) : message);
        }
    }

    // Its length counts itself, and not the letter in front of it.
    private static async Task<byte[]> ReadAsync(NetworkStream stream, int headLength)
    {
        var head = new byte[headLength];
        await stream.ReadExactlyAsync(head);
        var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(headLength - 4));
        var message = new byte[headLength - 4 + length];
        head.CopyTo(message, 0);
        await stream.ReadExactlyAsync(message.AsMemory(headLength));
        return message;
    }

    private byte[] Rewrite(byte[] parse)
    {
        var nameEnd = Array.IndexOf(parse, (byte)0, 5);
        var textEnd = Array.IndexOf(parse, (byte)0, nameEnd + 1);
        var text = Encoding.UTF8.GetString(parse, nameEnd + 1, textEnd - nameEnd - 1);
        Statements[text] = true;
        byte[] message = [.. parse[..(nameEnd + 1)], .. Encoding.UTF8.GetBytes(_rewrite(text)), .. parse[textEnd..]];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), message.Length - 1);
        return message;
    }
}
