namespace PhotoLambda.Aws;

/// <summary>Pieces of Signature Version 4 written as UTF-8, where making strings of them would cost too much.</summary>
internal static class SigV4Text
{
    /// <summary>A parameter whose name needs no encoding.</summary>
    public static void AppendParameter(this ref Utf8Text text, KeyValuePair<string, string> parameter)
    {
        text.Append(parameter.Key);
        text.Append("="u8);
        text.AppendEncoded(parameter.Value);
    }

    public static void AppendHeaders(
        this ref Utf8Text text, ReadOnlySpan<KeyValuePair<string, string>> headers, ReadOnlySpan<byte> host)
    {
        var before = CountBefore(headers, "host");
        text.AppendHeaders(headers[..before]);
        text.Append(host);
        text.AppendHeaders(headers[before..]);
    }

    /// <summary>The names of the headers and of <c>host</c>.</summary>
    public static void AppendNames(
        this ref Utf8Text text, ReadOnlySpan<KeyValuePair<string, string>> headers, ReadOnlySpan<byte> separator)
    {
        var before = CountBefore(headers, "host");
        foreach (var (name, _) in headers[..before])
        {
            text.Append(name);
            text.Append(separator);
        }

        text.Append("host"u8);
        foreach (var (name, _) in headers[before..])
        {
            text.Append(separator);
            text.Append(name);
        }
    }

    /// <param name="pairs">In ordinal order.</param>
    /// <returns>How many of them stand before this name.</returns>
    public static int CountBefore(ReadOnlySpan<KeyValuePair<string, string>> pairs, string name)
    {
        var count = 0;
        while (count < pairs.Length && string.CompareOrdinal(pairs[count].Key, name) < 0)
        {
            count++;
        }

        return count;
    }

    private static void AppendHeaders(
        this ref Utf8Text text, ReadOnlySpan<KeyValuePair<string, string>> headers)
    {
        foreach (var (name, value) in headers)
        {
            text.Append(name);
            text.Append(":"u8);
            text.AppendTrimmed(value);
            text.Append("\n"u8);
        }
    }

    // Spaces at the ends do not count and several are one, since what lies between may rewrite them.
    private static void AppendTrimmed(this ref Utf8Text text, ReadOnlySpan<char> value)
    {
        value = value.Trim(' ');
        for (var at = value.IndexOf("  "); at >= 0; at = value.IndexOf("  "))
        {
            text.Append(value[..(at + 1)]);
            value = value[at..].TrimStart(' ');
        }

        text.Append(value);
    }
}
