using System.Security.Cryptography;
using PhotoLambda.OnObjectCreated;
using PhotoLambda.PublishToCdn;

namespace PhotoLambda.Tests;

/// <summary>A function whose settings are wrong ends at its start, and names the variable.</summary>
public sealed class PublishOptionsTests(CloudFixture cloud)
{
    private const string ImageKit = "PHOTOLAMBDA_IMAGEKIT_";
    private const string CloudFront = "PHOTOLAMBDA_CLOUDFRONT_";

    private static readonly RSA Rsa = RSA.Create(2048);

    [Theory]
    [InlineData("imagekit", "PHOTOLAMBDA_DATABASE_URL", "")]
    [InlineData("imagekit", "PHOTOLAMBDA_DATABASE_URL", "mysql://a")]
    [InlineData("imagekit", "PHOTOLAMBDA_CDN_PROVIDER", "akamai")]
    [InlineData("none", "PHOTOLAMBDA_CDN_PROVIDER", "ImageKit")]
    [InlineData("none", "PHOTOLAMBDA_CDN_CONCURRENCY", "0")]
    [InlineData("none", "PHOTOLAMBDA_CDN_CONCURRENCY", "65")]
    [InlineData("none", "PHOTOLAMBDA_CDN_CONCURRENCY", "8.0")]
    [InlineData("none", "AWS_ACCESS_KEY_ID", "")]
    [InlineData("none", "AWS_ENDPOINT_URL_CLOUDFRONT", "here")]
    [InlineData("imagekit", ImageKit + "PRIVATE_KEY", "")]
    [InlineData("imagekit", ImageKit + "PRIVATE_KEY", "private_a\nb")]
    [InlineData("imagekit", ImageKit + "PRIVATE_KEY", "private_ö")]
    [InlineData("imagekit", ImageKit + "UPLOAD_URL", "upload")]
    [InlineData("imagekit", ImageKit + "UPLOAD_URL", "ftp://a/b")]
    [InlineData("imagekit", ImageKit + "API_URL", "https://a/b?c=d")]
    [InlineData("imagekit", ImageKit + "API_URL", "https://key@a")]
    [InlineData("imagekit", ImageKit + "FOLDER", "photolambda")]
    [InlineData("imagekit", ImageKit + "FOLDER", "/")]
    [InlineData("imagekit", ImageKit + "FOLDER", "/a/")]
    [InlineData("imagekit", ImageKit + "FOLDER", "/a//b")]
    [InlineData("imagekit", ImageKit + "FOLDER", "/a b")]
    [InlineData("imagekit", ImageKit + "TRANSFORMATION", "w-400 q-80")]
    [InlineData("cloudfront", CloudFront + "URL", "")]
    [InlineData("cloudfront", CloudFront + "URL", "d111.cloudfront.net")]
    [InlineData("cloudfront", CloudFront + "DISTRIBUTION_ID", "")]
    [InlineData("cloudfront", CloudFront + "DISTRIBUTION_ID", "E1/invalidation")]
    [InlineData("cloudfront", CloudFront + "KEY_PAIR_ID", "")]
    [InlineData("cloudfront", CloudFront + "KEY_PAIR_ID", "K 1")]
    [InlineData("cloudfront", CloudFront + "PRIVATE_KEY", "")]
    [InlineData("cloudfront", CloudFront + "PRIVATE_KEY", "MIIE")]
    [InlineData("cloudfront", CloudFront + "PRIVATE_KEY", "public")]
    public async Task A_start_without_its_settings_names_the_variable(string provider, string name, string value)
    {
        var settings = Settings(provider);
        settings[name] = value == "public" ? Rsa.ExportSubjectPublicKeyInfoPem() : value;

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(settings));

        Assert.StartsWith(name, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("private_a", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_that_is_no_url_ends_the_start_of_who_sends()
    {
        var settings = cloud.Settings("OnObjectCreatedFunction").ToDictionary();
        settings["PHOTOLAMBDA_CDN_QUEUE_URL"] = "queue";
        using var nobody = new HttpClient();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => OnObjectCreatedFunction.RunAsync(nobody, settings, TestContext.Current.CancellationToken));
        Assert.StartsWith("PHOTOLAMBDA_CDN_QUEUE_URL", error.Message, StringComparison.Ordinal);
    }

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

        await StartAsync(settings);
    }

    private Dictionary<string, string?> Settings(string provider) =>
        new(cloud.Settings("PublishToCdnFunction").ToDictionary())
        {
            ["PHOTOLAMBDA_CDN_PROVIDER"] = provider,
            [CloudFront + "URL"] = "https://d111.cloudfront.net",
            [CloudFront + "DISTRIBUTION_ID"] = "E1",
            [CloudFront + "KEY_PAIR_ID"] = "K1",
            [CloudFront + "PRIVATE_KEY"] = Rsa.ExportRSAPrivateKeyPem(),
        };

    /// <summary>Until it would ask for its first event.</summary>
    private static async Task StartAsync(Dictionary<string, string?> settings)
    {
        using var nobody = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:9/") };
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await PublishToCdnFunction.RunAsync(nobody, settings, stop.Token);
    }
}
