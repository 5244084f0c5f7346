using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace PhotoLambda.UploadUrl.Identity;

/// <summary>A key, bound to the algorithms it may be used with.</summary>
/// <param name="open">Makes the platform's object for it.</param>
internal sealed class VerificationKey(string? id, string[] algorithms, Func<IDisposable> open)
{
    // A key object serves one verification at a time: their thread safety is not documented.
    private readonly ConcurrentBag<IDisposable> _idle = [];

    /// <summary>The shared secret of HS256: the one kind of key that is never published.</summary>
    public static VerificationKey OfSecret(byte[] secret) =>
        new(id: null, [SignatureAlgorithm.Hs256], () => new HMACSHA256(secret));

    public bool Fits(string algorithm, string? keyId) =>
        algorithms.Contains(algorithm) && (keyId is null || keyId == id);

    public bool Verifies(CompactToken token)
    {
        if (!_idle.TryTake(out var key))
        {
            key = open();
        }

        try
        {
            return (token.Algorithm, key) switch
            {
                (SignatureAlgorithm.Rs256, RSA rsa) => rsa.VerifyData(
                    token.SigningInput, token.Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                (SignatureAlgorithm.Ps256, RSA rsa) => rsa.VerifyData(
                    token.SigningInput, token.Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
                // R and S of 32 bytes each (RFC 7518, 3.4); DER has another length.
                (SignatureAlgorithm.Es256, ECDsa ec) => token.Signature.Length == 64 && ec.VerifyData(
                    token.SigningInput, token.Signature, HashAlgorithmName.SHA256,
                    DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
                (SignatureAlgorithm.Hs256, HMACSHA256 mac) => CryptographicOperations.FixedTimeEquals(
                    mac.ComputeHash(token.SigningInput), token.Signature),
                _ => false,
            };
        }
        finally
        {
            _idle.Add(key);
        }
    }
}
