using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace PhotoLambda.Local.Identity;

/// <summary>Issues the tokens of the local cloud, with keys that outlive a restart.</summary>
internal sealed class LocalIssuer
{
    private readonly IssuerKey _es256;
    private readonly Lazy<IssuerKey> _rs256;
    private readonly TimeProvider _clock;

    private LocalIssuer(string folder, Uri issuer, TimeProvider clock)
    {
        Issuer = issuer.OriginalString.TrimEnd('/');
        _es256 = IssuerKey.Open(folder, IssuerKey.Es256);
        _rs256 = new(() => IssuerKey.Open(folder, IssuerKey.Rs256));
        if (IssuerKey.IsIn(folder, IssuerKey.Rs256))
        {
            // Made in an earlier run, whose tokens it signed. A new one takes its time, and few want it.
            _ = _rs256.Value;
        }

        _clock = clock;
    }

    /// <summary>The <c>iss</c> of its tokens, without a slash at the end.</summary>
    public string Issuer { get; }

    /// <param name="folder">Keeps the keys; made when missing.</param>
    /// <param name="issuer">For example <c>http://127.0.0.1:8080/_local</c>.</param>
    /// <exception cref="LocalCloudException">A key cannot be read or made.</exception>
    public static LocalIssuer Open(string folder, Uri issuer, TimeProvider clock)
    {
        try
        {
            return new(Directory.CreateDirectory(folder).FullName, issuer, clock);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LocalCloudException($"The issuer's key cannot be kept in {folder}: {problem.Message}", problem);
        }
    }

    /// <param name="subject">The user, <c>sub</c>.</param>
    /// <param name="organization">The tenant, <c>org_id</c>.</param>
    /// <param name="scope">Scopes, separated by spaces.</param>
    /// <param name="lifetime">From now; may be negative, for a token that has expired.</param>
    /// <param name="algorithm"><c>ES256</c> or <c>RS256</c>.</param>
    public string CreateToken(
        string subject,
        string organization,
        string scope,
        string audience,
        TimeSpan lifetime,
        string algorithm = IssuerKey.Es256)
    {
        var key = algorithm == IssuerKey.Rs256 ? _rs256.Value : _es256;
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        var header = Json(json =>
        {
            json.WriteString("alg", key.Algorithm);
            json.WriteString("kid", key.Id);
            json.WriteString("typ", "JWT");
        });
        var claims = Json(json =>
        {
            json.WriteString("iss", Issuer);
            json.WriteString("aud", audience);
            json.WriteString("sub", subject);
            json.WriteString("org_id", organization);
            json.WriteString("scope", scope);
            json.WriteNumber("iat", now);
            json.WriteNumber("nbf", now);
            json.WriteNumber("exp", now + (long)lifetime.TotalSeconds);
            json.WriteString("jti", Guid.CreateVersion7());
        });
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>The public keys as a JWK set (RFC 7517, 5).</summary>
    public byte[] KeySet() => Json(json =>
    {
        json.WriteStartArray("keys");
        _es256.WritePublic(json);
        if (_rs256.IsValueCreated)
        {
            _rs256.Value.WritePublic(json);
        }

        json.WriteEndArray();
    });

    /// <summary>What OpenID Connect Discovery 1.0, section 3, asks for, as far as it applies.</summary>
    public byte[] Discovery() => Json(json =>
    {
        json.WriteString("issuer", Issuer);
        json.WriteString("jwks_uri", Issuer + "/jwks.json");
        json.WriteString("token_endpoint", Issuer + "/token");
        WriteTexts(json, "response_types_supported", ["token"]);
        WriteTexts(json, "subject_types_supported", ["public"]);
        WriteTexts(json, "id_token_signing_alg_values_supported", [IssuerKey.Es256, IssuerKey.Rs256]);
    });

    private static void WriteTexts(Utf8JsonWriter json, string name, string[] texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
