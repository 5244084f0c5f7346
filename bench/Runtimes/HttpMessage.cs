namespace PhotoLambda.Bench;

/// <param name="Head">First line and headers, each with its line end.</param>
internal readonly record struct HttpMessage(string Head, byte[] Body)
{
    public bool StartsWith(string text) => Head.StartsWith(text, StringComparison.Ordinal);

    /// <returns>Null where there is no such header.</returns>
    public string? Header(string name)
    {
        var at = Head.IndexOf($"\r\n{name}:", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }

        var value = at + name.Length + 3;
        return Head[value..Head.IndexOf("\r\n", value, StringComparison.Ordinal)].Trim();
    }
}
