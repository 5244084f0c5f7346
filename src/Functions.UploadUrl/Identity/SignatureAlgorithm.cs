namespace PhotoLambda.UploadUrl.Identity;

/// <summary>
/// The algorithms a token may be signed with (RFC 7518, 3.1). EdDSA is not among them: the platform's cryptography has
/// no Ed25519 so far, and a second cryptography library for it is not worth its risk.
/// </summary>
internal static class SignatureAlgorithm
{
    public const string Rs256 = "RS256";
    public const string Ps256 = "PS256";
    public const string Es256 = "ES256";

    /// <summary>With the configured secret alone, never with a published key.</summary>
    public const string Hs256 = "HS256";

    /// <summary>With a published key.</summary>
    public static bool IsAsymmetric(string algorithm) => algorithm is Rs256 or Ps256 or Es256;
}
