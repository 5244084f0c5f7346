using System.Text;

namespace PhotoLambda.UploadUrl.Identity;

/// <summary>What tokens are accepted.</summary>
internal sealed record BearerTokenOptions
{
    /// <summary>HMAC-SHA-256 asks for a key as long as its hash (RFC 7518, 3.2), in bytes.</summary>
    public const int LeastSecretBytes = 32;

    /// <summary><c>PHOTOLAMBDA_JWT_ISSUER</c>: what <c>iss</c> must be, to the letter.</summary>
    public required string Issuer { get; init; }

    /// <summary><c>PHOTOLAMBDA_JWT_AUDIENCE</c>, separated by commas: what <c>aud</c> must have one of.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary><c>PHOTOLAMBDA_JWKS_URL</c>; null to ask the issuer (OpenID Connect Discovery).</summary>
    public Uri? JwksUrl { get; init; }

    /// <summary><c>PHOTOLAMBDA_JWT_SECRET</c>: with it HS256 is accepted too; null: never.</summary>
    public string? Secret { get; init; }

    /// <summary>
    /// <c>PHOTOLAMBDA_JWT_AUTHORIZER=apigateway</c>: callers are who a JWT authorizer of API Gateway says in the Lambda
    /// event, and no other token is looked at. Whoever may invoke the function itself is trusted to speak the truth.
    /// </summary>
    public bool FromGatewayAuthorizer { get; init; }

    public string SubjectClaim { get; init; } = Caller.SubjectClaim;

    public string OrganizationClaim { get; init; } = Caller.OrganizationClaim;

    public string ScopeClaim { get; init; } = Caller.ScopeClaim;

    /// <summary>Writes the body of a refusal; status and headers are set.</summary>
    public Func<HttpContext, Refusal, Task>? OnRefused { get; init; }

    /// <summary>Reads the settings named <c>PHOTOLAMBDA_JWT_…</c> and <c>PHOTOLAMBDA_JWKS_URL</c>.</summary>
    /// <exception cref="InvalidOperationException">Names each setting that is missing or wrong.</exception>
    public static BearerTokenOptions FromConfiguration(IConfiguration configuration)
    {
        string? Read(string name) => configuration["PHOTOLAMBDA_" + name] is { Length: > 0 } value ? value : null;
        var url = Read("JWKS_URL");
        if (url is not null && !Uri.TryCreate(url, UriKind.Absolute, out _))
        {
            throw new InvalidOperationException("PHOTOLAMBDA_JWKS_URL is not a URL.");
        }

        if (Read("JWT_AUTHORIZER") is not (null or "apigateway"))
        {
            throw new InvalidOperationException("PHOTOLAMBDA_JWT_AUTHORIZER must be apigateway or not set.");
        }

        return new BearerTokenOptions
        {
            Issuer = Read("JWT_ISSUER") ?? "",
            Audiences = Read("JWT_AUDIENCE")?.Split(
                ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
            JwksUrl = url is null ? null : new Uri(url),
            Secret = Read("JWT_SECRET"),
            FromGatewayAuthorizer = Read("JWT_AUTHORIZER") is not null,
            SubjectClaim = Read("JWT_SUBJECT_CLAIM") ?? Caller.SubjectClaim,
            OrganizationClaim = Read("JWT_ORGANIZATION_CLAIM") ?? Caller.OrganizationClaim,
            ScopeClaim = Read("JWT_SCOPE_CLAIM") ?? Caller.ScopeClaim,
        }.Validated();
    }

    /// <exception cref="InvalidOperationException">Names each setting that is missing or wrong.</exception>
    public BearerTokenOptions Validated()
    {
        var problems = Problems().ToList();
        return problems.Count == 0 ? this : throw new InvalidOperationException(string.Join(" ", problems));
    }

    /// <summary>Keys are fetched over TLS, or they are anyone's; a loopback address stays on the machine.</summary>
    public static bool IsTrustworthy(Uri url) => url.IsAbsoluteUri
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    private IEnumerable<string> Problems()
    {
        if (Issuer.Length == 0)
        {
            yield return "Set PHOTOLAMBDA_JWT_ISSUER to the iss of the tokens to accept.";
        }
        else if (JwksUrl is null && !(Uri.TryCreate(Issuer, UriKind.Absolute, out var issuer) && IsTrustworthy(issuer)))
        {
            yield return "PHOTOLAMBDA_JWT_ISSUER is no https URL to ask for its keys: set PHOTOLAMBDA_JWKS_URL.";
        }

        if (JwksUrl is not null && !IsTrustworthy(JwksUrl))
        {
            yield return "PHOTOLAMBDA_JWKS_URL must be an https URL, or http on a loopback address.";
        }

        if (Audiences.Count == 0)
        {
            yield return "Set PHOTOLAMBDA_JWT_AUDIENCE to the aud of the tokens to accept.";
        }

        if (Secret is not null && Encoding.UTF8.GetByteCount(Secret) < LeastSecretBytes)
        {
            yield return $"PHOTOLAMBDA_JWT_SECRET is shorter than {LeastSecretBytes} bytes.";
        }

        if ((SubjectClaim + OrganizationClaim + ScopeClaim).Any(c => c is < '!' or '"' or '\\' or > '~'))
        {
            yield return "The claim names in PHOTOLAMBDA_JWT_…_CLAIM must be printable ASCII without quotes.";
        }
    }
}
