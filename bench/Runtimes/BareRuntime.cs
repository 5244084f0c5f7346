using System.Net;
using System.Text;

namespace PhotoLambda.Bench;

/// <summary>
/// The least that a process can do with an event: take it and send back the same few bytes each time. What an
/// invocation costs here, it costs by the protocol and the machine, whatever the function is made of.
/// </summary>
internal static class BareRuntime
{
    /// <summary>The argument, before the endpoint, with which the bench is started as this program.</summary>
    public const string Command = "bare-runtime";

    private const string Response = """
        {"statusCode":200,"headers":{"content-type":"text/plain; charset=utf-8"},"body":"ok\n","isBase64Encoded":false}
        """;

    /// <summary>Runs until the host goes away.</summary>
    public static void Run(string endpoint)
    {
        using var wire = HttpWire.Connect(IPEndPoint.Parse(endpoint));
        var next = Encoding.ASCII.GetBytes(
            $"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {endpoint}\r\n\r\n");
        try
        {
            while (true)
            {
                wire.Send(next);
                var id = wire.Receive().Header("Lambda-Runtime-Aws-Request-Id");
                wire.Send(Encoding.ASCII.GetBytes(
                    $"POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1\r\nHost: {endpoint}\r\n"
                    + $"Content-Type: application/json\r\nContent-Length: {Response.Length}\r\n\r\n{Response}"));
                wire.Receive();
            }
        }
        catch (EndOfStreamException)
        {
            // The host has measured enough.
        }
    }
}
