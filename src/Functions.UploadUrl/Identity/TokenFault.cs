namespace PhotoLambda.UploadUrl.Identity;

/// <summary>Why a token was refused.</summary>
/// <param name="Code">For the log and for programs.</param>
/// <param name="Description">For the sender: ASCII without quotes, as WWW-Authenticate wants it (RFC 6750, 3).</param>
internal sealed record TokenFault(string Code, string Description)
{
    public static readonly TokenFault TooLarge = new("too_large", "The token is larger than 16 KiB.");
    public static readonly TokenFault Malformed = new("malformed", "The token is not a well-formed JWT.");
    public static readonly TokenFault Algorithm =
        new("algorithm", "The token is signed with an algorithm that is not accepted.");
    public static readonly TokenFault Header =
        new("header", "The header of the token asks for something that is not supported.");
    public static readonly TokenFault UnknownKey =
        new("unknown_key", "The token is signed with a key that its issuer does not publish.");
    public static readonly TokenFault Signature = new("signature", "The signature of the token does not match.");
    public static readonly TokenFault Issuer = new("issuer", "The token is from another issuer.");
    public static readonly TokenFault Audience = new("audience", "The token is for another audience.");
    public static readonly TokenFault Expired = new("expired", "The token has expired.");
    public static readonly TokenFault NotYetValid = new("not_yet_valid", "The token is not valid yet.");

    /// <summary>Not the sender's fault: the keys of the issuer could not be fetched so far.</summary>
    public static readonly TokenFault KeysUnavailable =
        new("keys_unavailable", "The keys of the token issuer cannot be fetched at the moment. Try again.");

    public static TokenFault Missing(string claim) => new("missing_claim", $"The token lacks the claim {claim}.");

    public static TokenFault Claim(string claim) =>
        new("malformed_claim", $"The claim {claim} of the token is not what it must be.");
}

/// <summary>Either a caller or a fault.</summary>
internal readonly record struct Verification(Caller? Caller, TokenFault? Fault)
{
    /// <summary>Of the caller's token, without leeway.</summary>
    public DateTimeOffset Expiry { get; init; }
}
