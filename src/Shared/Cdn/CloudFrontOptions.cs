namespace PhotoLambda.Cdn;

/// <param name="Url">Of the distribution, whose origin is the bucket.</param>
/// <param name="DistributionId">Whose caches are told of what is gone.</param>
internal sealed record CloudFrontOptions(Uri Url, string DistributionId, CloudFrontSigner Signer)
{
    /// <exception cref="SettingException">A variable is missing or wrong; the message names it.</exception>
    public static CloudFrontOptions Read(Func<string, string?> variable) => new(
        Settings.WebUrl(variable, "PHOTOLAMBDA_CLOUDFRONT_URL"),
        Word(variable, "PHOTOLAMBDA_CLOUDFRONT_DISTRIBUTION_ID"),
        CloudFrontSigner.Read(Word(variable, "PHOTOLAMBDA_CLOUDFRONT_KEY_PAIR_ID"), variable));

    /// <exception cref="SettingException">It is missing, or no id.</exception>
    public static string Word(Func<string, string?> variable, string name) =>
        Settings.Required(variable, name) is var word && word.All(char.IsAsciiLetterOrDigit)
            ? word
            : throw new SettingException(
                name, $"is {Settings.Quoted(word)}; set it to the id that CloudFront shows: letters and digits.");
}
