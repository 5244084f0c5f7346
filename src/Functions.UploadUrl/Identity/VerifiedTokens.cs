using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PhotoLambda.UploadUrl.Identity;

/// <summary>
/// Tokens that were found good, so that a client's next request need not wait for the signature again. It belongs to
/// one <see cref="KeySet"/> and goes with it: a token whose key was withdrawn is not remembered past the renewal.
/// </summary>
internal sealed class VerifiedTokens
{
    public const int Capacity = 1024;

    private const int Ways = 4;
    private readonly VerifiedToken?[] _slots = new VerifiedToken?[Capacity];

    public VerifiedToken? Find(in TokenDigest digest)
    {
        var first = First(digest);
        for (var slot = first; slot < first + Ways; slot++)
        {
            if (Volatile.Read(ref _slots[slot]) is { } known && known.Digest == digest)
            {
                return known;
            }
        }

        return null;
    }

    /// <summary>Keeps it in one of the few places that are its own, where what expires first makes room.</summary>
    public void Add(VerifiedToken token)
    {
        // Of a stampede with one token, most see that it is there already.
        if (Find(token.Digest) is not null)
        {
            return;
        }

        var first = First(token.Digest);
        var least = Enumerable.Range(first, Ways)
            .MinBy(slot => Volatile.Read(ref _slots[slot])?.Expiry ?? DateTimeOffset.MinValue);
        Volatile.Write(ref _slots[least], token);
    }

    private static int First(in TokenDigest digest) => (int)(digest.Low % (Capacity / Ways)) * Ways;
}

/// <param name="Expiry">Its <c>exp</c>, without leeway.</param>
internal sealed record VerifiedToken(TokenDigest Digest, Caller Caller, DateTimeOffset Expiry);

/// <summary>The SHA-256 of the whole text of a token: the token itself is not kept in memory.</summary>
internal readonly record struct TokenDigest(UInt128 Low, UInt128 High)
{
    public static TokenDigest Of(string token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(token.AsSpan()), hash);
        return MemoryMarshal.Read<TokenDigest>(hash);
    }
}
