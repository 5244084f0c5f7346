using System.Text.Json;

namespace PhotoLambda.UploadUrl.Identity;

/// <summary>Fetches the issuer's JWK set, by its URL or by OpenID Connect Discovery 1.0, section 4.</summary>
internal sealed partial class KeySetClient(
    BearerTokenOptions options, TimeProvider clock, ILogger<KeySetClient> logger) : IDisposable
{
    private const int MostBytes = 256 * 1024;
    private const int MostKeys = 100;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UsualLifetime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LeastLifetime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostLifetime = TimeSpan.FromHours(1);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        // A redirect would lead away from the address that was configured, and could lead to plain HTTP.
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        UseProxy = !(options.JwksUrl ?? new(options.Issuer)).IsLoopback,
    })
    {
        Timeout = Timeout,
        MaxResponseContentBufferSize = MostBytes,
    };

    /// <summary>Whether every token is verified by the issuer's keys.</summary>
    public bool IsNeeded => options is { FromGatewayAuthorizer: false, Secret: null };

    /// <exception cref="HttpRequestException">No answer, or not 200, or more than 256 KiB.</exception>
    /// <exception cref="TaskCanceledException">No answer within 5 s.</exception>
    /// <exception cref="InvalidDataException">The answer holds no usable key.</exception>
    public async Task<KeySet> FetchAsync()
    {
        var url = options.JwksUrl ?? await DiscoverAsync();
        var fetchedAt = clock.GetUtcNow();
        using var response = await _http.GetAsync(url);
        using var document = await ReadAsync(response);
        if (!document.RootElement.TryGetProperty("keys", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException("it has no array of keys");
        }

        var keys = list.EnumerateArray().Take(MostKeys).Select(Read).OfType<VerificationKey>().ToList();
        if (keys.Count == 0)
        {
            throw new InvalidDataException("it has no key that a token may be signed with");
        }

        var lifetime = response.Headers.CacheControl?.MaxAge ?? UsualLifetime;
        var bounded = Math.Clamp(lifetime.Ticks, LeastLifetime.Ticks, MostLifetime.Ticks);
        return new(keys, TimeSpan.FromTicks(bounded), fetchedAt);
    }

    public void Dispose() => _http.Dispose();

    private async Task<Uri> DiscoverAsync()
    {
        var about = new Uri(options.Issuer.TrimEnd('/') + "/.well-known/openid-configuration");
        using var response = await _http.GetAsync(about);
        using var document = await ReadAsync(response);
        if (document.RootElement.Text("issuer") != options.Issuer)
        {
            throw new InvalidDataException("the discovery document is of another issuer");
        }

        return Uri.TryCreate(document.RootElement.Text("jwks_uri"), UriKind.Absolute, out var url)
            && BearerTokenOptions.IsTrustworthy(url)
                ? url
                : throw new InvalidDataException("the discovery document has no jwks_uri that is an https URL");
    }

    private static async Task<JsonDocument> ReadAsync(HttpResponseMessage response)
    {
        if (response.StatusCode != System.Net.HttpStatusCode.OK)
        {
            throw new InvalidDataException($"the answer was {(int)response.StatusCode}");
        }

        return StrictJson.ParseObject(await response.Content.ReadAsByteArrayAsync())
            ?? throw new InvalidDataException("the answer is not a well-formed JSON object");
    }

    private VerificationKey? Read(JsonElement json)
    {
        var key = JsonWebKey.Read(json, out var reason);
        if (reason is not null)
        {
            var id = json.ValueKind == JsonValueKind.Object ? json.Text("kid") : null;
            Log.KeyIgnored(logger, id, reason);
        }

        return key;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "A key of the issuer ({KeyId}) is not used: {Reason}")]
        public static partial void KeyIgnored(ILogger logger, string? keyId, string reason);
    }
}
