using System.Text;

namespace PhotoLambda.UploadUrl.Identity;

/// <summary>What tokens are accepted.</summary>
internal sealed record BearerTokenOptions
{
    /// <summary>HMAC-SHA-256 asks for a key as long as its hash (RFC 7518, 3.2), in bytes.</summary>
    public const int LeastSecretBytes = 32;

    private const string IssuerVariable = "PHOTOLAMBDA_JWT_ISSUER";
    private const string AudienceVariable = "PHOTOLAMBDA_JWT_AUDIENCE";
    private const string JwksVariable = "PHOTOLAMBDA_JWKS_URL";
    private const string SecretVariable = "PHOTOLAMBDA_JWT_SECRET";
    private const string SubjectVariable = "PHOTOLAMBDA_JWT_SUBJECT_CLAIM";
    private const string OrganizationVariable = "PHOTOLAMBDA_JWT_ORGANIZATION_CLAIM";
    private const string ScopeVariable = "PHOTOLAMBDA_JWT_SCOPE_CLAIM";

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

    /// <summary>Reads the variables named <c>PHOTOLAMBDA_JWT_…</c> and <c>PHOTOLAMBDA_JWKS_URL</c>.</summary>
    /// <param name="variable">Gives the value of a variable, or null.</param>
    /// <exception cref="SettingException">Names each that is missing or wrong.</exception>
    public static BearerTokenOptions Read(Func<string, string?> variable)
    {
        const string Authorizer = "PHOTOLAMBDA_JWT_AUTHORIZER";
        var authorizer = Settings.Optional(variable, Authorizer);
        return authorizer is not (null or "apigateway")
            ? throw new SettingException(
                Authorizer, $"is {Settings.Quoted(authorizer)}; set it to apigateway, or leave it.")
            : new BearerTokenOptions
            {
                Issuer = Settings.Optional(variable, IssuerVariable) ?? "",
                Audiences = Settings.Optional(variable, AudienceVariable)?.Split(
                    ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
                JwksUrl = Settings.Optional(variable, JwksVariable) is null
                    ? null
                    : Settings.WebUrl(variable, JwksVariable),
                // Not trimmed: with a line break that was pasted it is another secret, and no token would fit.
                Secret = variable(SecretVariable) is { Length: > 0 } secret ? secret : null,
                FromGatewayAuthorizer = authorizer is not null,
                SubjectClaim = Settings.Optional(variable, SubjectVariable) ?? Caller.SubjectClaim,
                OrganizationClaim = Settings.Optional(variable, OrganizationVariable) ?? Caller.OrganizationClaim,
                ScopeClaim = Settings.Optional(variable, ScopeVariable) ?? Caller.ScopeClaim,
            }.Validated();
    }

    /// <exception cref="SettingException">Names each setting that is missing or wrong.</exception>
    public BearerTokenOptions Validated()
    {
        var problems = Problems().ToList();
        return problems is [var (name, problem), .. var others]
            ? throw new SettingException(
                name, string.Join(' ', others.Select(o => $"{o.Name} {o.Problem}").Prepend(problem)))
            : this;
    }

    /// <summary>Keys are fetched over TLS, or they are anyone's; a loopback address stays on the machine.</summary>
    public static bool IsTrustworthy(Uri url) => url.IsAbsoluteUri
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    private IEnumerable<(string Name, string Problem)> Problems()
    {
        if (Issuer.Length == 0)
        {
            yield return (IssuerVariable, "is not set; set it to the iss of the tokens to accept.");
        }
        else if (JwksUrl is null && !(Uri.TryCreate(Issuer, UriKind.Absolute, out var issuer) && IsTrustworthy(issuer)))
        {
            yield return (IssuerVariable, $"is no https URL to ask for its keys: set {JwksVariable}.");
        }

        if (JwksUrl is not null && !IsTrustworthy(JwksUrl))
        {
            yield return (JwksVariable, "must be an https URL, or http on a loopback address.");
        }

        if (Audiences.Count == 0)
        {
            yield return (AudienceVariable, "is not set; set it to the aud of the tokens to accept.");
        }

        if (Secret is not null && Encoding.UTF8.GetByteCount(Secret) < LeastSecretBytes)
        {
            yield return (SecretVariable, $"is shorter than {LeastSecretBytes} bytes.");
        }
        else if (Secret is not null && Secret.Trim() != Secret)
        {
            yield return (SecretVariable, "begins or ends with white space; set it to the secret alone.");
        }

        foreach (var (name, claim) in new[]
        {
            (SubjectVariable, SubjectClaim), (OrganizationVariable, OrganizationClaim), (ScopeVariable, ScopeClaim),
        })
        {
            if (claim.Any(c => c is < '!' or '"' or '\\' or > '~'))
            {
                yield return (name, "must be printable ASCII without spaces and quotes.");
            }
        }
    }
}
