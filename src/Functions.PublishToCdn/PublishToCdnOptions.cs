using PhotoLambda.Aws;
using PhotoLambda.Cdn;
using PhotoLambda.Database;

namespace PhotoLambda.PublishToCdn;

/// <summary>What the function is told by its environment, checked before the first event.</summary>
/// <param name="Database">As the role <c>photolambda_worker</c>.</param>
/// <param name="Concurrency">Publications under way at once, 1 to 64.</param>
/// <param name="ImageKit">Null where another provider is configured, or none.</param>
/// <param name="CloudFront">As <paramref name="ImageKit"/>.</param>
internal sealed record PublishToCdnOptions(
    DatabaseLogin Database, int Concurrency, ImageKitOptions? ImageKit, CloudFrontOptions? CloudFront,
    AwsEnvironment Aws)
{
    private const string Provider = "PHOTOLAMBDA_CDN_PROVIDER";
    private const int MostConcurrency = 64;

    /// <exception cref="SettingException">A variable is missing or wrong; the message names it.</exception>
    public static PublishToCdnOptions Read(Func<string, string?> variable)
    {
        var provider = Settings.Optional(variable, Provider) ?? "none";
        return provider is not ("none" or "imagekit" or "cloudfront")
            ? throw new SettingException(
                Provider, $"is {Settings.Quoted(provider)}; set it to imagekit, cloudfront or none, or leave it.")
            : new PublishToCdnOptions(
                DatabaseLogin.Read(variable),
                Settings.Number(variable, "PHOTOLAMBDA_CDN_CONCURRENCY", otherwise: 8, least: 1, MostConcurrency),
                provider == "imagekit" ? ImageKitOptions.Read(variable) : null,
                provider == "cloudfront" ? CloudFrontOptions.Read(variable) : null,
                AwsEnvironment.Read(variable));
    }
}
