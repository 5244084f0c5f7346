namespace PhotoLambda.Cdn;

/// <summary>Links to what a CDN has. Safe for concurrent use.</summary>
internal sealed class CdnLinks : IDisposable
{
    private readonly string? _distribution;
    private readonly CloudFrontSigner? _signer;

    /// <param name="variable">Gives the value of a variable, or null: that of a deployment without CloudFront.</param>
    /// <exception cref="InvalidOperationException">A variable is missing or wrong; the message names it.</exception>
    public CdnLinks(Func<string, string?> variable)
    {
        const string Url = "PHOTOLAMBDA_CLOUDFRONT_URL";
        const string PrivateKey = "PHOTOLAMBDA_CLOUDFRONT_PRIVATE_KEY";
        if (string.IsNullOrEmpty(variable(Url)))
        {
            return;
        }

        _distribution = Settings.RequiredUrl(variable, Url).AbsoluteUri.TrimEnd('/') + '/';
        try
        {
            // A variable of the environment may have its line ends written as escapes.
            _signer = new CloudFrontSigner(
                Settings.Required(variable, "PHOTOLAMBDA_CLOUDFRONT_KEY_PAIR_ID"),
                Settings.Required(variable, PrivateKey).Replace("\\n", "\n", StringComparison.Ordinal));
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException($"{PrivateKey} is not the PEM of a private key of RSA.", e);
        }
    }

    /// <param name="url">As it is stored with the photo.</param>
    /// <returns>The same, signed where its distribution asks for that.</returns>
    public string Of(string url, DateTimeOffset expires) =>
        _signer is not null && url.StartsWith(_distribution!, StringComparison.Ordinal)
            ? _signer.Sign(url, expires)
            : url;

    public void Dispose() => _signer?.Dispose();
}
