using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PhotoLambda.Aws;

/// <summary>
/// AWS Signature Version 4: the pieces that a signer, a presigner and a verifier share.
/// Source: AmazonS3/latest/API/sig-v4-header-based-auth.html and sigv4-query-string-auth.html.
/// </summary>
internal static class SigV4
{
    public const string Algorithm = "AWS4-HMAC-SHA256";
    public const string UnsignedPayload = "UNSIGNED-PAYLOAD";

    /// <summary>SHA-256 of nothing, as lower-case hex.</summary>
    public const string EmptyPayloadHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    /// <summary>The ISO 8601 basic form that SigV4 signs, e.g. <c>20260102T030405Z</c>.</summary>
    public static string Timestamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <param name="timestamp">As <see cref="Timestamp"/> gives it; its first eight characters are the date.</param>
    /// <param name="region">For example <c>eu-central-1</c>.</param>
    /// <param name="service">For example <c>s3</c>.</param>
    public static string Scope(string timestamp, string region, string service) =>
        $"{timestamp.AsSpan(0, 8)}/{region}/{service}/aws4_request";

    /// <summary>The key for one date, region and service; the same for a whole day, so worth keeping.</summary>
    public static byte[] SigningKey(string secretKey, string scope)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + secretKey);
        foreach (var part in scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return key;
    }

    /// <param name="method">The HTTP method, upper case.</param>
    /// <param name="canonicalPath">The path as <see cref="EncodePath"/> gives it.</param>
    /// <param name="canonicalQuery">The query as <see cref="CanonicalQuery"/> gives it.</param>
    /// <param name="headers">The signed headers: lower-case names, in ordinal order, values trimmed.</param>
    /// <param name="payloadHash">Hex SHA-256 of the body, or one of the words S3 accepts in its place.</param>
    public static string CanonicalRequest(
        string method,
        string canonicalPath,
        string canonicalQuery,
        IReadOnlyCollection<KeyValuePair<string, string>> headers,
        string payloadHash)
    {
        var text = new StringBuilder(512);
        text.Append(method).Append('\n').Append(canonicalPath).Append('\n').Append(canonicalQuery).Append('\n');
        foreach (var (name, value) in headers)
        {
            text.Append(name).Append(':').Append(value).Append('\n');
        }

        return text.Append('\n').AppendJoin(';', headers.Select(h => h.Key))
            .Append('\n').Append(payloadHash).ToString();
    }

    /// <returns>The signature as 64 lower-case hex digits.</returns>
    public static string Sign(byte[] signingKey, string timestamp, string scope, string canonicalRequest) =>
        Hmac(signingKey, StringToSign(timestamp, scope, canonicalRequest));

    /// <summary>What the signing key signs: the canonical request by its SHA-256, with time and scope.</summary>
    public static string StringToSign(string timestamp, string scope, string canonicalRequest)
    {
        var requestHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalRequest)));
        return $"{Algorithm}\n{timestamp}\n{scope}\n{requestHash}";
    }

    /// <returns>HMAC-SHA-256 of the text's UTF-8 bytes as 64 lower-case hex digits.</returns>
    public static string Hmac(byte[] signingKey, string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(signingKey, Encoding.UTF8.GetBytes(text)));

    /// <summary>Compares signatures in time that does not tell how many characters are right.</summary>
    public static bool Same(string expected, string given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));

    /// <summary>The names and values of a query without its question mark, decoded.</summary>
    public static IEnumerable<KeyValuePair<string, string>> QueryPairs(string query) =>
        from pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries)
        let parts = pair.Split('=', 2)
        select KeyValuePair.Create(
            Uri.UnescapeDataString(parts[0]), parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "");

    /// <summary>Query pairs percent-encoded and sorted as SigV4 wants them.</summary>
    /// <param name="pairs">Names and values, not encoded.</param>
    public static string CanonicalQuery(IEnumerable<KeyValuePair<string, string>> pairs) =>
        string.Join('&', pairs
            .Select(p => new KeyValuePair<string, string>(Encode(p.Key), Encode(p.Value)))
            .OrderBy(p => p.Key, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal)
            .Select(p => $"{p.Key}={p.Value}"));

    /// <summary>Percent-encodes each segment of a path once (S3's rule), keeping the slashes.</summary>
    public static string EncodePath(string path) => Encode(path, keepSlash: true);

    /// <summary>Percent-encodes all but the unreserved characters of RFC 3986, UTF-8, in upper-case hex.</summary>
    public static string Encode(string text, bool keepSlash = false)
    {
        if (!text.AsSpan().ContainsAnyExcept(Unreserved))
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length + 16);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            var character = (char)octet;
            if (Unreserved.Contains(character) || (keepSlash && character == '/'))
            {
                encoded.Append(character);
            }
            else
            {
                encoded.Append('%').Append(octet.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return encoded.ToString();
    }
}
