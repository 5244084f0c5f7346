using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PhotoLambda.Bench;

/// <summary>
/// One HTTP/1.1 connection, written and read by the thread that calls: it adds two system calls to what is measured,
/// and no scheduler. Messages have a Content-Length; nothing measured here sends chunks.
/// </summary>
internal sealed class HttpWire(Socket socket) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static HttpWire Connect(IPEndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(endpoint);
            return Over(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static HttpWire Over(Socket socket)
    {
        socket.NoDelay = true;
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        return new HttpWire(socket);
    }

    public void Send(ReadOnlySpan<byte> message)
    {
        for (var sent = 0; sent < message.Length;)
        {
            sent += socket.Send(message[sent..]);
        }
    }

    /// <summary>Waits for the next whole message.</summary>
    /// <exception cref="EndOfStreamException">The peer closed the connection.</exception>
    public HttpMessage Receive()
    {
        int headers;
        while ((headers = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
        {
            Fill();
        }

        var head = Encoding.ASCII.GetString(_buffer, _start, headers + 2);
        _start += headers + 4;
        var length = ContentLength(head);
        while (_end - _start < length)
        {
            Fill();
        }

        var body = _buffer.AsSpan(_start, length).ToArray();
        _start += length;
        return new HttpMessage(head, body);
    }

    public void Dispose() => socket.Dispose();

    private static int ContentLength(string head)
    {
        var message = new HttpMessage(head, []);
        return message.Header("Transfer-Encoding") is null
            ? int.Parse(message.Header("Content-Length") ?? "0", CultureInfo.InvariantCulture)
            : throw new InvalidDataException("The peer sent chunks, which are not read here.");
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var received = socket.Receive(_buffer.AsSpan(_end));
        _end += received > 0 ? received : throw new EndOfStreamException("The peer closed the connection.");
    }
}
