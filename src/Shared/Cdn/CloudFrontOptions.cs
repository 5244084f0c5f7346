namespace PhotoLambda.Cdn;

/// <param name="Url">Of the distribution, whose origin is the bucket.</param>
/// <param name="DistributionId">Whose caches are told of what is gone.</param>
internal sealed record CloudFrontOptions(Uri Url, string DistributionId, CloudFrontSigner Signer)
{
    private const string PrivateKey = "PHOTOLAMBDA_CLOUDFRONT_PRIVATE_KEY";

    /// <exception cref="InvalidOperationException">A variable is missing or wrong; the message names it.</exception>
    public static CloudFrontOptions Read(Func<string, string?> variable) => new(
        Settings.WebUrl(variable, "PHOTOLAMBDA_CLOUDFRONT_URL"),
        Word(variable, "PHOTOLAMBDA_CLOUDFRONT_DISTRIBUTION_ID"),
        SignerOf(Word(variable, "PHOTOLAMBDA_CLOUDFRONT_KEY_PAIR_ID"), Settings.Required(variable, PrivateKey)));

    private static string Word(Func<string, string?> variable, string name) =>
        Settings.Required(variable, name) is var word && word.All(char.IsAsciiLetterOrDigit)
            ? word
            : throw new InvalidOperationException(
                $"{name} is '{word}'; set it to the id that CloudFront shows: letters and digits.");

    private static CloudFrontSigner SignerOf(string keyPairId, string privateKey)
    {
        try
        {
            // A variable of the environment may have its line ends written as escapes.
            return new CloudFrontSigner(keyPairId, privateKey.Replace("\\n", "\n", StringComparison.Ordinal));
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException(
                $"{PrivateKey} is no RSA private key in PEM; set it to the one of the key pair.", e);
        }
    }
}
