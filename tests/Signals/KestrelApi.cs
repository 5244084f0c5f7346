using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace PhotoLambda.Tests;

/// <summary>The HTTP function as a server of its own, open to pages of two origins, for the tests of a class.</summary>
public sealed class KestrelApi(CloudFixture cloud) : IAsyncLifetime
{
    public const string Origin = "https://photos.example.com";

    private FunctionChild? _function;

    public HttpClient Http { get; } = new();

    internal FunctionChild Function => _function!;

    public async ValueTask InitializeAsync()
    {
        (_function, var address) = await FunctionChild.OnKestrelAsync(
            cloud, ("PHOTOLAMBDA_ALLOWED_ORIGINS", $"{Origin}, http://localhost:5173"));
        Http.BaseAddress = address;
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", await cloud.TokenAsync($"org-{Guid.NewGuid():N}"));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _function!.DisposeAsync();
    }

    /// <summary>Sends this and reads until the server closes or has nothing more to say for a while.</summary>
    public async Task<string> SendRawAsync(string request, double seconds = 20)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        using var client = new TcpClient();
        await client.ConnectAsync(Http.BaseAddress!.Host, Http.BaseAddress.Port, limit.Token);
        await using var stream = client.GetStream();
        using var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), limit.Token);
            await stream.CopyToAsync(answer, limit.Token);
        }
        catch (IOException)
        {
            // It hung up with bytes of ours unread.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
