using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PhotoLambda.Tests;

/// <summary>A port in front of a database: it hands through, is silent, or hangs up, as the test says.</summary>
internal sealed class UnreliableDatabase : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _connections = [];
    private readonly Func<NetworkStream, Task> _serve;

    private UnreliableDatabase(Func<NetworkStream, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>While it is down, every connection is closed, those that were open too.</summary>
    public bool IsDown { get; private set; }

    /// <summary>Set: the next answer of the database is dropped, and the connection with it. Then it is unset.</summary>
    public bool LosesNextAnswer { get; set; }

    /// <summary>Of the answer that is lost, when it is not the next: a command's tag, such as <c>COMMIT</c>.</summary>
    public string LosesAnswerWith { get; set; } = "";

    /// <summary>The same database behind another port.</summary>
    public static (UnreliableDatabase Database, string Url) InFrontOf(string url)
    {
        var real = new UriBuilder(url);
        var (host, port) = (real.Host, real.Port);
        UnreliableDatabase? database = null;
        database = new UnreliableDatabase(async near =>
        {
            using var far = new TcpClient(host, port);
            await Task.WhenAny(near.CopyToAsync(far.GetStream()), database!.AnswerAsync(far.GetStream(), near));
            near.Socket.Dispose();
        });
        real.Port = database.Port;
        return (database, real.Uri.AbsoluteUri);
    }

    /// <summary>Takes connections and never says a word.</summary>
    public static UnreliableDatabase Silent() => new(_ => Task.Delay(Timeout.Infinite));

    /// <summary>Takes up TLS, tells what it then was told, and is not ready.</summary>
    public static UnreliableDatabase Encrypted(TaskCompletionSource<string> startup) => new(async near =>
    {
        await using var tls = await EncryptAsync(near);
        startup.TrySetResult(await HearAsync(tls));
        await tls.WriteAsync("E\0\0\0\u0034SFATAL\0VFATAL\0C57P03\0Mthe database is starting\0\0"u8.ToArray());
        await tls.FlushAsync();
    });

    /// <summary>Asks over TLS for the password as it is, as RDS does of users of IAM, and refuses it.</summary>
    public static UnreliableDatabase OfTokens(ConcurrentQueue<string> passwords) => new(async near =>
    {
        await using var tls = await EncryptAsync(near);
        await HearAsync(tls);
        await tls.WriteAsync("R\0\0\0\u0008\0\0\0\u0003"u8.ToArray());
        await tls.FlushAsync();
        passwords.Enqueue((await HearAsync(tls))[5..].TrimEnd('\0'));
        await tls.WriteAsync("E\0\0\0\u0029SFATAL\0VFATAL\0C28000\0Mnot you, then\0\0"u8.ToArray());
        await tls.FlushAsync();
    });

    public void GoDown()
    {
        lock (_connections)
        {
            IsDown = true;
            _connections.ForEach(c => c.Dispose());
            _connections.Clear();
        }
    }

    public void ComeBack() => IsDown = false;

    public void Dispose()
    {
        GoDown();
        _listener.Dispose();
    }

    private static async Task<SslStream> EncryptAsync(NetworkStream near)
    {
        // SSLRequest, protocol-message-formats.html: eight bytes, answered by one.
        await near.ReadExactlyAsync(new byte[8]);
        near.WriteByte((byte)'S');
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var tls = new SslStream(near);
        await tls.AuthenticateAsServerAsync(certificate);
        return tls;
    }

    private static async Task<string> HearAsync(SslStream tls)
    {
        var message = new byte[4096];
        return Encoding.UTF8.GetString(message, 0, await tls.ReadAsync(message));
    }

    private async Task AnswerAsync(NetworkStream far, NetworkStream near)
    {
        var buffer = new byte[16 * 1024];
        while (await far.ReadAsync(buffer) is var length and > 0)
        {
            if (LosesNextAnswer && buffer.AsSpan(0, length).IndexOf(Encoding.ASCII.GetBytes(LosesAnswerWith)) >= 0)
            {
                LosesNextAnswer = false;
                return;
            }

            await near.WriteAsync(buffer.AsMemory(0, length));
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var connection = await _listener.AcceptSocketAsync();
            lock (_connections)
            {
                if (IsDown)
                {
                    connection.Dispose();
                    continue;
                }

                _connections.Add(connection);
            }

            _ = _serve(new NetworkStream(connection));
        }
    }
}
