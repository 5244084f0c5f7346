using System.Security.Cryptography;
using System.Text;
using PhotoLambda.Aws;

namespace PhotoLambda.Local.S3;

/// <summary>The chain of signatures through a chunked body: each covers its chunk and the one before it.</summary>
/// <param name="seed">Of the request's headers.</param>
internal sealed class ChunkSignatures(VerifiedSignature seed) : IDisposable
{
    private const int MinimumChunk = 8192;
    private const string Extension = "chunk-signature=";
    private const string TrailerSignature = "x-amz-trailer-signature";

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private string _previous = seed.Value;
    private string _given = "";
    private bool _wasSmall;

    /// <param name="extension">What follows the size: <c>chunk-signature=…</c>.</param>
    public void StartChunk(long size, string extension)
    {
        if (_wasSmall && size > 0)
        {
            throw new S3Exception(403, "InvalidChunkSizeError",
                "Only the last chunk is allowed to have a size less than 8192 bytes");
        }

        _wasSmall = size < MinimumChunk;
        _given = extension.StartsWith(Extension, StringComparison.Ordinal) ? extension[Extension.Length..] : "";
    }

    public void Append(ReadOnlySpan<byte> data) => _hash.AppendData(data);

    public void EndChunk()
    {
        var hash = Convert.ToHexStringLower(_hash.GetHashAndReset());
        Verify($"{Head("PAYLOAD")}\n{SigV4.EmptyPayloadHash}\n{hash}");
    }

    public void EndTrailers(IReadOnlyDictionary<string, string> trailers)
    {
        if (seed.PayloadHash != AwsChunkedBody.SignedTrailer)
        {
            return;
        }

        _given = trailers.GetValueOrDefault(TrailerSignature) ?? "";
        var signed = string.Concat(trailers
            .Where(trailer => !trailer.Key.Equals(TrailerSignature, StringComparison.OrdinalIgnoreCase))
            .Select(trailer => $"{trailer.Key.ToLowerInvariant()}:{trailer.Value}\n"));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(signed)));
        Verify($"{Head("TRAILER")}\n{hash}");
    }

    public void Dispose() => _hash.Dispose();

    private string Head(string kind) => $"{SigV4.Algorithm}-{kind}\n{seed.Timestamp}\n{seed.Scope}\n{_previous}";

    private void Verify(string stringToSign)
    {
        var expected = SigV4.Hmac(seed.SigningKey, stringToSign);
        if (!SigV4.Same(expected, _given))
        {
            throw S3Error.SignatureDoesNotMatch(("StringToSign", stringToSign), ("SignatureProvided", _given));
        }

        _previous = expected;
    }
}
