using PhotoLambda.Local.Iam;

namespace PhotoLambda.Local.S3;

/// <summary>A signature that holds, with what a chunked body's own signatures go on from.</summary>
/// <param name="Time">When it was signed.</param>
/// <param name="Value">Hex, the seed of the first chunk's signature.</param>
/// <param name="PayloadHash">Hex SHA-256 of the body, or one of S3's words in its place.</param>
internal sealed record VerifiedSignature(
    Principal Principal, DateTimeOffset Time, byte[] SigningKey, string Timestamp, string Scope, string Value,
    string PayloadHash)
{
    /// <summary>The body is framed as <c>aws-chunked</c>.</summary>
    public bool IsChunked => PayloadHash.StartsWith("STREAMING-", StringComparison.Ordinal);

    /// <summary>Each chunk carries a signature.</summary>
    public bool HasSignedChunks => PayloadHash.StartsWith(AwsChunkedBody.Signed, StringComparison.Ordinal);

    /// <summary>What the body's SHA-256 has to be; null when the client signed a word instead.</summary>
    public string? BodySha256 => PayloadHash.Length == 64 ? PayloadHash : null;
}
