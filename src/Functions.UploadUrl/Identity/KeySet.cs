namespace PhotoLambda.UploadUrl.Identity;

/// <summary>The issuer's keys as they were at one time.</summary>
/// <param name="Lifetime">After which they should be fetched again.</param>
internal sealed record KeySet(IReadOnlyList<VerificationKey> Keys, TimeSpan Lifetime, DateTimeOffset FetchedAt)
{
    // An issuer without key ids, in the middle of a rotation, has two. More would let a token cost what it likes.
    private const int MostCandidates = 4;

    public VerifiedTokens Verified { get; } = new();

    public IReadOnlyList<VerificationKey> Fitting(CompactToken token) =>
        [.. Keys.Where(k => k.Fits(token.Algorithm, token.KeyId)).Take(MostCandidates)];
}
