namespace PhotoLambda.Cdn;

/// <summary>Links to what a CDN has. Safe for concurrent use.</summary>
internal sealed class CdnLinks : IDisposable
{
    private readonly string? _distribution;
    private readonly CloudFrontSigner? _signer;

    /// <param name="variable">Gives the value of a variable, or null: that of a deployment without CloudFront.</param>
    /// <exception cref="SettingException">A variable is missing or wrong; the message names it.</exception>
    public CdnLinks(Func<string, string?> variable)
    {
        const string Url = "PHOTOLAMBDA_CLOUDFRONT_URL";
        if (Settings.Optional(variable, Url) is null)
        {
            return;
        }

        _distribution = Settings.WebUrl(variable, Url).AbsoluteUri.TrimEnd('/') + '/';
        _signer = CloudFrontSigner.Read(
            CloudFrontOptions.Word(variable, "PHOTOLAMBDA_CLOUDFRONT_KEY_PAIR_ID"), variable);
    }

    /// <param name="url">As it is stored with the photo.</param>
    /// <returns>The same, signed where its distribution asks for that.</returns>
    public string Of(string url, DateTimeOffset expires) =>
        _signer is not null && url.StartsWith(_distribution!, StringComparison.Ordinal)
            ? _signer.Sign(url, expires)
            : url;

    public void Dispose() => _signer?.Dispose();
}
