using System.Text;
using System.Text.Json;

namespace PhotoLambda.UploadUrl.Identity;

/// <summary>A signed token in the compact form (RFC 7515, 7.1), taken apart but not believed.</summary>
/// <param name="SigningInput">What the signature is over.</param>
internal sealed record CompactToken(
    string Algorithm, string? KeyId, byte[] SigningInput, byte[] Payload, byte[] Signature)
{
    public const int MaxLength = 16 * 1024;
    private const int MaxKeyIdLength = 256;

    /// <returns>The fault, or null and the token.</returns>
    public static TokenFault? Read(ReadOnlySpan<char> text, out CompactToken? token)
    {
        token = null;
        if (text.Length > MaxLength)
        {
            return TokenFault.TooLarge;
        }

        Span<Range> parts = stackalloc Range[4];
        if (text.Split(parts, '.') != 3
            || StrictBase64Url.Decode(text[parts[0]]) is not { } header
            || StrictBase64Url.Decode(text[parts[1]]) is not { } payload
            || StrictBase64Url.Decode(text[parts[2]]) is not { } signature)
        {
            return TokenFault.Malformed;
        }

        if (ReadHeader(header, out var algorithm, out var keyId) is { } fault)
        {
            return fault;
        }

        var signed = text[..parts[1].End.Value];
        var input = new byte[signed.Length];
        Encoding.ASCII.GetBytes(signed, input);
        token = new(algorithm, keyId, input, payload, signature);
        return null;
    }

    private static TokenFault? ReadHeader(byte[] json, out string algorithm, out string? keyId)
    {
        (algorithm, keyId) = ("", null);
        using var document = StrictJson.ParseObject(json);
        if (document is null || document.RootElement.Text("alg") is not { } named)
        {
            return TokenFault.Malformed;
        }

        var header = document.RootElement;
        // An extension that must be understood (RFC 7515, 4.1.11), or a payload that is not encoded (RFC 7797).
        // jku, jwk, x5u and x5c offer a key of the sender's choice: they are not looked at.
        if (header.TryGetProperty("crit", out _) || header.TryGetProperty("b64", out _) || !IsAccessToken(header))
        {
            return TokenFault.Header;
        }

        (algorithm, keyId) = (named, header.Text("kid", MaxKeyIdLength));
        return keyId is null && header.TryGetProperty("kid", out _) ? TokenFault.Malformed : null;
    }

    // Another kind of JWT (logout, DPoP, security event) from the same issuer must not pass for one (RFC 8725, 3.11).
    private static bool IsAccessToken(JsonElement header) =>
        !header.TryGetProperty("typ", out _)
        || header.Text("typ")?.ToUpperInvariant() is "JWT" or "AT+JWT" or "APPLICATION/AT+JWT";
}
