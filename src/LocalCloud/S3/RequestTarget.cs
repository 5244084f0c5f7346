using System.Text;

namespace PhotoLambda.Local.S3;

/// <summary>
/// The target of the request line, taken apart as it was sent: S3 neither resolves dots nor merges slashes, and a
/// signature covers the very spelling, so what ASP.NET Core makes of the path is of no use here.
/// </summary>
internal sealed class RequestTarget
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <param name="raw">In origin form (<c>/path?query</c>) or absolute form.</param>
    /// <exception cref="S3Exception">The percent-encoding is broken or is not of UTF-8.</exception>
    public RequestTarget(string raw)
    {
        var authority = raw.StartsWith('/') ? 0 : raw.IndexOf("//", StringComparison.Ordinal) + 2;
        var start = raw.IndexOf('/', authority);
        raw = start < 0 ? "/" : raw[start..];
        var question = raw.IndexOf('?', StringComparison.Ordinal);
        RawPath = question < 0 ? raw : raw[..question];
        Path = Decode(RawPath, plusIsSpace: false);
        Query = question < 0 ? [] : [.. raw[(question + 1)..]
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .Select(pair => KeyValuePair.Create(Decode(pair[0], true), pair.Length == 2 ? Decode(pair[1], true) : ""))];
    }

    /// <summary>As sent, still percent-encoded.</summary>
    public string RawPath { get; }

    /// <summary>Decoded once.</summary>
    public string Path { get; }

    /// <summary>Decoded once, in the order sent.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; }

    private static string Decode(string text, bool plusIsSpace)
    {
        if (!text.AsSpan().ContainsAny('%', '+'))
        {
            return text;
        }

        var bytes = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            bytes[length++] = text[i] switch
            {
                '%' => HexPair(text, ref i),
                '+' when plusIsSpace => (byte)' ',
                var character => (byte)character,
            };
        }

        try
        {
            return StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw S3Error.InvalidUri();
        }
    }

    private static byte HexPair(string text, ref int at)
    {
        if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
        {
            throw S3Error.InvalidUri();
        }

        at += 2;
        return Convert.FromHexString(text.AsSpan(at - 1, 2))[0];
    }
}
