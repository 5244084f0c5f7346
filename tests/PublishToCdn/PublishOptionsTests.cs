namespace PhotoLambda.Tests;

/// <summary>A function reads the settings of its provider alone.</summary>
public sealed class PublishOptionsTests(CloudFixture cloud)
{
    private const string ImageKit = "PHOTOLAMBDA_IMAGEKIT_";
    private const string CloudFront = "PHOTOLAMBDA_CLOUDFRONT_";

    [Theory]
    [InlineData("imagekit")]
    [InlineData("cloudfront")]
    [InlineData("none")]
    [InlineData("")]
    public async Task The_settings_of_another_provider_are_of_no_concern(string provider)
    {
        var settings = Settings(provider);
        foreach (var name in settings.Keys.Where(n =>
            (n.StartsWith(ImageKit, StringComparison.Ordinal) && provider != "imagekit")
            || (n.StartsWith(CloudFront, StringComparison.Ordinal) && provider != "cloudfront")).ToArray())
        {
            settings[name] = "";
        }

        await FunctionDoor.StartAsync("PublishToCdnFunction", settings);
    }

    private Dictionary<string, string?> Settings(string provider) =>
        new(cloud.Settings("PublishToCdnFunction").ToDictionary())
        {
            ["PHOTOLAMBDA_CDN_PROVIDER"] = provider,
            [CloudFront + "URL"] = "https://d111.cloudfront.net",
            [CloudFront + "DISTRIBUTION_ID"] = "E1",
            [CloudFront + "KEY_PAIR_ID"] = "K1",
            [CloudFront + "PRIVATE_KEY"] = SettingMistakes.PrivateKey,
        };
}
