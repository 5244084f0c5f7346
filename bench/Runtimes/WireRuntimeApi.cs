using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PhotoLambda.Bench;

/// <summary>
/// The Lambda Runtime API for one function, with as little as it takes: one connection, no routing, no threads.
/// lambda/latest/dg/runtimes-api.html
/// </summary>
internal sealed class WireRuntimeApi : IDisposable
{
    private const string Registered =
        "HTTP/1.1 200 OK\r\nLambda-Extension-Identifier: bench\r\nContent-Length: 2\r\n\r\n{}";

    private const string Accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private HttpWire? _wire;
    private HttpWire? _extension;

    public WireRuntimeApi()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    /// <summary>As AWS_LAMBDA_RUNTIME_API has it.</summary>
    public string Endpoint => _listener.LocalEndPoint!.ToString()!;

    /// <summary>Waits until the function asks for its first event.</summary>
    /// <exception cref="BenchException">It does not.</exception>
    public void Accept(Child function)
    {
        if (!_listener.Poll(Patience, SelectMode.SelectRead))
        {
            throw function.Failure($"did not ask for an event within {Patience.TotalSeconds} s");
        }

        _wire = HttpWire.Over(_listener.Accept());
        AwaitNext();
    }

    /// <returns>From the event's first byte out to the response's last byte in.</returns>
    public TimeSpan Invoke(byte[] payload)
    {
        var (time, response) = Exchange(payload);
        if (response.AsSpan().IndexOf("\"statusCode\":200"u8) < 0)
        {
            throw new BenchException($"The function answered {Encoding.UTF8.GetString(response)}");
        }

        AwaitNext();
        return time;
    }

    /// <summary>As <see cref="Invoke"/>, whatever the response; the next event waits for <see cref="AwaitNext"/>.
    /// </summary>
    public (TimeSpan Time, byte[] Response) Exchange(byte[] payload)
    {
        var id = Guid.NewGuid().ToString();
        var message = Event(id, payload);
        var start = Stopwatch.GetTimestamp();
        _wire!.Send(message);
        var response = _wire.Receive();
        var time = Stopwatch.GetElapsedTime(start);

        if (!response.StartsWith($"POST /2018-06-01/runtime/invocation/{id}/response "))
        {
            throw new BenchException($"The function answered {response.Head}{Encoding.UTF8.GetString(response.Body)}");
        }

        _wire.Send(Encoding.ASCII.GetBytes(Accepted));
        return (time, response.Body);
    }

    /// <summary>
    /// Waits until the function asks for an event. Before the first it registers an extension, which is taken as
    /// Lambda does: with a connection on which nothing ever comes.
    /// </summary>
    public void AwaitNext()
    {
        while (_wire!.Receive() is var request && !request.StartsWith("GET /2018-06-01/runtime/invocation/next "))
        {
            if (request.StartsWith("GET /2020-01-01/extension/event/next "))
            {
                _extension = _wire;
                _wire = HttpWire.Over(_listener.Accept());
            }
            else
            {
                _wire.Send(Encoding.ASCII.GetBytes(Registered));
            }
        }
    }

    public void Dispose()
    {
        _wire?.Dispose();
        _extension?.Dispose();
        _listener.Dispose();
    }

    private static byte[] Event(string id, byte[] payload)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(30).ToUnixTimeMilliseconds();
        var head = string.Create(CultureInfo.InvariantCulture, $"""
            HTTP/1.1 200 OK
            Content-Type: application/json
            Lambda-Runtime-Aws-Request-Id: {id}
            Lambda-Runtime-Deadline-Ms: {deadline}
            Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:000000000000:function:bench
            Lambda-Runtime-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0
            Content-Length: {payload.Length}


            """);
        return [.. Encoding.ASCII.GetBytes(head.ReplaceLineEndings("\r\n")), .. payload];
    }
}
