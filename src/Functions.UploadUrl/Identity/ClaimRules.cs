using System.Buffers;
using System.Text.Json;

namespace PhotoLambda.UploadUrl.Identity;

/// <summary>What the claims of a token with a good signature must say (RFC 7519, 4.1).</summary>
internal sealed class ClaimRules(BearerTokenOptions options, TimeProvider clock)
{
    /// <summary>What clocks may differ.</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(60);

    private const int MaxIdLength = 255;
    private const int MaxScopes = 100;
    private const int MaxAudiences = 100;

    // 9999-12-31: later times are not dates, and earlier than 1970 no token was made.
    private const double MaxSeconds = 253_402_300_799;

    // scope-token of RFC 6749, 3.3.
    private static readonly SearchValues<char> ScopeLetters =
        SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Except(['"', '\\'])]);

    public Verification Check(JsonElement claims)
    {
        var scopes = new HashSet<string>(StringComparer.Ordinal);
        var fault = CheckIssuer(claims) ?? CheckAudience(claims) ?? CheckTimes(claims)
            ?? CheckId(claims, options.SubjectClaim) ?? CheckId(claims, options.OrganizationClaim)
            ?? ReadScopes(claims, scopes);
        return fault is not null
            ? new(null, fault)
            : new(new(claims.Text(options.SubjectClaim)!, claims.Text(options.OrganizationClaim)!, scopes), null)
            {
                Expiry = Time(claims, "exp")!.Value,
            };
    }

    /// <summary>What time may have changed about a token that was good once.</summary>
    public Verification CheckAgain(VerifiedToken known) =>
        HasExpired(known.Expiry) ? new(null, TokenFault.Expired) : new(known.Caller, null) { Expiry = known.Expiry };

    // Not expiry + Leeway: no minute comes after the last second of the year 9999, which some issuers write for never.
    private bool HasExpired(DateTimeOffset expiry) => clock.GetUtcNow() - Leeway >= expiry;

    private TokenFault? CheckIssuer(JsonElement claims) =>
        !claims.TryGetProperty("iss", out var issuer) ? TokenFault.Missing("iss")
        : issuer.ValueKind == JsonValueKind.String && issuer.ValueEquals(options.Issuer) ? null
        : TokenFault.Issuer;

    private TokenFault? CheckAudience(JsonElement claims)
    {
        if (!claims.TryGetProperty("aud", out var audience))
        {
            return TokenFault.Missing("aud");
        }

        return Texts(audience, MaxAudiences) is not { } texts ? TokenFault.Claim("aud")
            : texts.Any(options.Audiences.Contains) ? null
            : TokenFault.Audience;
    }

    private TokenFault? CheckTimes(JsonElement claims)
    {
        var malformed = Malformed(claims, "exp") ?? Malformed(claims, "nbf") ?? Malformed(claims, "iat");
        if (malformed is not null || Time(claims, "exp") is not { } expiry)
        {
            return malformed ?? TokenFault.Missing("exp");
        }

        var latest = clock.GetUtcNow() + Leeway;
        return HasExpired(expiry) ? TokenFault.Expired
            : Time(claims, "nbf") > latest || Time(claims, "iat") > latest ? TokenFault.NotYetValid
            : null;
    }

    private static TokenFault? Malformed(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out _) && Time(claims, name) is null ? TokenFault.Claim(name) : null;

    private static DateTimeOffset? Time(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number
        && member.TryGetDouble(out var seconds) && seconds is >= 0 and <= MaxSeconds
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    private static TokenFault? CheckId(JsonElement claims, string name) =>
        !claims.TryGetProperty(name, out _) ? TokenFault.Missing(name)
        : claims.Text(name, MaxIdLength) is { } id && !id.Any(char.IsControl) ? null
        : TokenFault.Claim(name);

    private TokenFault? ReadScopes(JsonElement claims, HashSet<string> scopes)
    {
        if (!claims.TryGetProperty(options.ScopeClaim, out var member))
        {
            return null;
        }

        var texts = member.ValueKind == JsonValueKind.String
            ? member.GetString()!.Split(' ', MaxScopes + 1, StringSplitOptions.RemoveEmptyEntries)
            : Texts(member, MaxScopes);
        if (texts is null || texts.Count > MaxScopes
            || texts.Any(t => t.Length is 0 or > MaxIdLength || t.AsSpan().ContainsAnyExcept(ScopeLetters)))
        {
            return TokenFault.Claim(options.ScopeClaim);
        }

        scopes.UnionWith(texts);
        return null;
    }

    /// <summary>The texts of a claim that is one string or an array of them.</summary>
    private static IReadOnlyList<string>? Texts(JsonElement member, int most) => member.ValueKind switch
    {
        JsonValueKind.String => [member.GetString()!],
        JsonValueKind.Array when member.GetArrayLength() <= most
            && member.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String)
            => [.. member.EnumerateArray().Select(e => e.GetString()!)],
        _ => null,
    };
}
