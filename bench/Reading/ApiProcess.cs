using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PhotoLambda.Bench;

/// <summary>The API on Kestrel in a process of its own, asked by one client over one connection.</summary>
internal sealed class ApiProcess : IDisposable
{
    private const string Secret = "a secret of the bench alone, 32 bytes or more";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Child _process;
    private readonly HttpClient _http;

    private ApiProcess(string database)
    {
        var endpoint = KestrelClient.FreeEndpoint();
        _process = Child.Start(
            Release.Program("Functions.UploadUrl", "Functions.UploadUrl"),
            [],
            new Dictionary<string, string?>(FunctionSettings.UploadUrl)
            {
                ["PHOTOLAMBDA_DATABASE_URL"] = database,
                ["PHOTOLAMBDA_JWT_SECRET"] = Secret,
                ["ASPNETCORE_URLS"] = $"http://{endpoint}",
                ["Logging__LogLevel__Default"] = "Warning",
            });
        _http = new HttpClient { BaseAddress = new Uri($"http://{endpoint}") };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token());
    }

    /// <exception cref="BenchException">It does not become ready.</exception>
    public static async Task<ApiProcess> StartAsync(string database, CancellationToken cancellation)
    {
        var api = new ApiProcess(database);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; await Task.Delay(50, cancellation))
        {
            try
            {
                using var ready = await api._http.GetAsync("/readyz", cancellation);
                if (ready.IsSuccessStatusCode)
                {
                    return api;
                }
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }
        }

        using (api)
        {
            throw api._process.Failure($"was not ready within {Patience.TotalSeconds} s");
        }
    }

    /// <returns>From asking to having all of the answer, in milliseconds.</returns>
    public async Task<double> TimeAsync(string path, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        await GetAsync(path, cancellation);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <returns>The cursor of the next page; null on the last.</returns>
    public async Task<string?> NextCursorAsync(string path, CancellationToken cancellation)
    {
        using var page = JsonDocument.Parse(await GetAsync(path, cancellation));
        return page.RootElement.GetProperty("next_cursor").GetString();
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Dispose();
    }

    private async Task<byte[]> GetAsync(string path, CancellationToken cancellation)
    {
        using var answer = await _http.GetAsync(path, cancellation);
        return answer.StatusCode == HttpStatusCode.OK
            ? await answer.Content.ReadAsByteArrayAsync(cancellation)
            : throw new BenchException($"{path} was answered with {(int)answer.StatusCode}.");
    }

    private static string Token()
    {
        var header = Part("""{"alg":"HS256","typ":"JWT"}""");
        var claims = Part($$"""
            {"iss":"https://issuer.example","aud":"photolambda","sub":"bench","org_id":"{{PhotoTable.Organization}}",
             "scope":"photos:read","exp":{{DateTimeOffset.UtcNow.AddHours(6).ToUnixTimeSeconds()}}}
            """);
        var signature = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(Secret), Encoding.ASCII.GetBytes($"{header}.{claims}"));
        return $"{header}.{claims}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
