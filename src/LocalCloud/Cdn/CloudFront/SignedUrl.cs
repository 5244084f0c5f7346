using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PhotoLambda.Local.Cdn;

/// <summary>A viewer's URL with the signature of a canned policy.</summary>
/// <remarks>
/// AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html; the words of the
/// refusals are those of repost.aws/knowledge-center/cloudfront-troubleshoot-signed-url-cookies.
/// </remarks>
internal sealed class SignedUrl
{
    private static readonly string[] Reserved = ["Expires", "Signature", "Key-Pair-Id", "Policy", "Hash-Algorithm"];

    private readonly Dictionary<string, string> _own = new(StringComparer.Ordinal);
    private readonly string _resource;

    /// <param name="origin">Scheme and host.</param>
    /// <param name="target">Path and query as sent: the signature covers their spelling.</param>
    /// <exception cref="CloudFrontRefusal">A parameter of the signature is there twice.</exception>
    public SignedUrl(string origin, string target)
    {
        var parts = target.Split('?', 2);
        var others = new List<string>();
        foreach (var pair in parts.ElementAtOrDefault(1)?.Split('&') ?? [])
        {
            var member = pair.Split('=', 2);
            if (!Reserved.Contains(member[0]))
            {
                others.Add(pair);
            }
            else if (!_own.TryAdd(member[0], member.ElementAtOrDefault(1) ?? ""))
            {
                throw CloudFrontRefusal.Denied($"{member[0]} is given more than once.");
            }
        }

        _resource = origin + parts[0] + (others.Count > 0 ? "?" + string.Join('&', others) : "");
    }

    /// <param name="findKey">By id; null: there is none.</param>
    /// <exception cref="CloudFrontRefusal">It is not signed by a known key, was changed, or is too old.</exception>
    public void Verify(Func<string, RSA?> findKey, DateTimeOffset now)
    {
        if (Own("Key-Pair-Id") is not { } id)
        {
            throw new CloudFrontRefusal(403, "MissingKey", "Missing Key-Pair-Id query parameter or cookie value");
        }

        using var key = findKey(id) ?? throw new CloudFrontRefusal(403, "InvalidKey", "Unknown Key");
        if (Own("Policy") is not null)
        {
            throw CloudFrontRefusal.Denied("the local cloud knows canned policies alone.");
        }

        if (!long.TryParse(Own("Expires"), NumberStyles.None, CultureInfo.InvariantCulture, out var expires))
        {
            throw CloudFrontRefusal.Denied("Expires must be a time in seconds since 1970.");
        }

        if (!IsSignedBy(key, expires))
        {
            throw CloudFrontRefusal.Denied($"the signature is not that of {_resource} by {id}.");
        }

        if (now.ToUnixTimeSeconds() >= expires)
        {
            throw CloudFrontRefusal.Denied($"the URL was good until {expires}; it is {now.ToUnixTimeSeconds()}.");
        }
    }

    private bool IsSignedBy(RSA key, long expires)
    {
        var base64 = (Own("Signature") ?? "").Replace('-', '+').Replace('_', '=').Replace('~', '/');
        var signature = new byte[base64.Length];
        var policy = $"{{\"Statement\":[{{\"Resource\":\"{_resource}\","
            + $"\"Condition\":{{\"DateLessThan\":{{\"AWS:EpochTime\":{expires}}}}}}}]}}";
        HashAlgorithmName? hash = Own("Hash-Algorithm") switch
        {
            null or "SHA1" => HashAlgorithmName.SHA1,
            "SHA256" => HashAlgorithmName.SHA256,
            _ => null,
        };
        return hash is { } known && Convert.TryFromBase64String(base64, signature, out var size)
            && key.VerifyData(
                Encoding.UTF8.GetBytes(policy), signature.AsSpan(0, size), known, RSASignaturePadding.Pkcs1);
    }

    private string? Own(string name) => _own.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
}
