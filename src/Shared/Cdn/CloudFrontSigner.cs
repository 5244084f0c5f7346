using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PhotoLambda.Cdn;

/// <summary>
/// Signs URLs of a CloudFront distribution by a canned policy: whoever has one reads that object until it ends. Safe
/// for concurrent use.
/// </summary>
/// <remarks>AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html</remarks>
internal sealed class CloudFrontSigner : IDisposable
{
    private readonly string _keyPairId;
    private readonly RSA _key = RSA.Create();

    /// <param name="privateKey">PEM, of an RSA key whose public half the distribution's key group has.</param>
    /// <exception cref="ArgumentException">It is no such PEM.</exception>
    public CloudFrontSigner(string keyPairId, string privateKey)
    {
        _keyPairId = keyPairId;
        try
        {
            _key.ImportFromPem(privateKey);
            // A public key is found out here, not by the first photo.
            Sign("");
        }
        catch (CryptographicException e)
        {
            throw new ArgumentException("no private key of RSA", nameof(privateKey), e);
        }
    }

    /// <param name="keyPairId">As CloudFront shows it.</param>
    /// <param name="variable">Gives the value of a variable, or null.</param>
    /// <exception cref="SettingException">The key is missing or wrong; the message names its variable.</exception>
    public static CloudFrontSigner Read(string keyPairId, Func<string, string?> variable)
    {
        const string PrivateKey = "PHOTOLAMBDA_CLOUDFRONT_PRIVATE_KEY";
        try
        {
            // A variable of the environment may have its line ends written as escapes.
            return new CloudFrontSigner(
                keyPairId, Settings.Required(variable, PrivateKey).Replace("\\n", "\n", StringComparison.Ordinal));
        }
        catch (ArgumentException)
        {
            throw new SettingException(
                PrivateKey, "is no RSA private key in PEM; set it to the one of the key pair.");
        }
    }

    /// <param name="url">Of the object, without a query.</param>
    public string Sign(string url, DateTimeOffset expires)
    {
        var seconds = expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        // Not a space more: CloudFront makes this text again from the query, and compares the signature.
        var policy = $$$$"""
            {"Statement":[{"Resource":"{{{{url}}}}","Condition":{"DateLessThan":{"AWS:EpochTime":{{{{seconds}}}}}}}]}
            """;
        return $"{url}?Expires={seconds}&Signature={Sign(policy)}&Key-Pair-Id={_keyPairId}";
    }

    public void Dispose() => _key.Dispose();

    /// <returns>Base64 without the characters that a query must escape, as CloudFront wants it.</returns>
    private string Sign(string policy)
    {
        // SHA-1 is what CloudFront verifies with.
#pragma warning disable CA5350
        var signature = _key.SignData(
            Encoding.ASCII.GetBytes(policy), HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);
#pragma warning restore CA5350
        return Convert.ToBase64String(signature).Replace('+', '-').Replace('=', '_').Replace('/', '~');
    }
}
