using System.Buffers;
using System.Text;

namespace PhotoLambda.Aws;

/// <summary>What a presigned URL is to allow. Throws where a field is one that no URL could be made of.</summary>
internal readonly ref struct PresignRequest
{
    public static readonly TimeSpan LeastLifetime = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan MostLifetime = TimeSpan.FromDays(7);

    /// <summary>Of a key, in bytes of UTF-8.</summary>
    public const int MostKeyBytes = 1024;

    private static readonly SearchValues<char> ParameterLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly SearchValues<char> HeaderLetters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly SearchValues<char> ControlCharacters =
        SearchValues.Create([.. Enumerable.Range(0, 160).Select(c => (char)c).Where(char.IsControl)]);

    /// <param name="method">Upper case: <c>PUT</c>, <c>GET</c>, <c>HEAD</c>, <c>POST</c>, <c>DELETE</c>.</param>
    /// <param name="key">Of the object, not encoded; 1 to 1,024 bytes of UTF-8.</param>
    /// <param name="lifetime">1 second to 7 days; a fraction of a second does not count.</param>
    public PresignRequest(string method, string key, TimeSpan lifetime)
    {
        if (method.Length == 0 || method.AsSpan().ContainsAnyExceptInRange('A', 'Z'))
        {
            throw new ArgumentException($"The method is '{method}'; it must be upper-case letters.", nameof(method));
        }

        if (Encoding.UTF8.GetByteCount(key) is 0 or > MostKeyBytes)
        {
            throw new ArgumentException(
                $"The key has {Encoding.UTF8.GetByteCount(key)} bytes; it must have 1 to {MostKeyBytes}.", nameof(key));
        }

        if (lifetime < LeastLifetime || lifetime > MostLifetime)
        {
            throw new ArgumentOutOfRangeException(nameof(lifetime), lifetime, "It must be 1 second to 7 days.");
        }

        (Method, Key, Lifetime) = (method, key, lifetime);
    }

    public string Method { get; }

    public string Key { get; }

    public TimeSpan Lifetime { get; }

    /// <summary>
    /// Parameters of the operation (<c>partNumber</c>, <c>response-content-type</c> …), values not encoded. In ordinal
    /// order; a name is letters, digits, '-', '_' or '.', and <c>X-Amz-…</c> belongs to the signature.
    /// </summary>
    public ReadOnlySpan<KeyValuePair<string, string>> Query
    {
        get;
        init => field = Ordered(value, nameof(Query), IsParameterName);
    }

    /// <summary>
    /// What the client must send as it stands here. In ordinal order; a name is lower case, and <c>host</c> is signed
    /// in any case.
    /// </summary>
    public ReadOnlySpan<KeyValuePair<string, string>> Headers
    {
        get;
        init => field = Ordered(value, nameof(Headers), IsHeader);
    }

    private static ReadOnlySpan<KeyValuePair<string, string>> Ordered(
        ReadOnlySpan<KeyValuePair<string, string>> pairs, string what, Func<KeyValuePair<string, string>, bool> isFit)
    {
        for (var i = 0; i < pairs.Length; i++)
        {
            if (!isFit(pairs[i]) || (i > 0 && string.CompareOrdinal(pairs[i - 1].Key, pairs[i].Key) >= 0))
            {
                throw new ArgumentException($"{what}: '{pairs[i].Key}' cannot be signed, or not at this place.", what);
            }
        }

        return pairs;
    }

    private static bool IsParameterName(KeyValuePair<string, string> parameter) =>
        parameter.Key.Length > 0
        && !parameter.Key.StartsWith("X-Amz-", StringComparison.Ordinal)
        && !parameter.Key.AsSpan().ContainsAnyExcept(ParameterLetters);

    // A line break in a value would end the header in what is signed, and could begin another.
    private static bool IsHeader(KeyValuePair<string, string> header) =>
        header.Key is not ("" or "host")
        && !header.Key.AsSpan().ContainsAnyExcept(HeaderLetters)
        && !header.Value.AsSpan().ContainsAny(ControlCharacters);
}
