namespace PhotoLambda.Local.Cdn;

/// <summary>Where the library's files are served.</summary>
/// <param name="api">Of the local cloud's API.</param>
internal sealed class PublicUrls(Uri api)
{
    public const string Prefix = "/_local/imagekit/files";

    private readonly string _root = new Uri(api, Prefix).AbsoluteUri;

    public string Of(LibraryFile file) => _root + file.FilePath;

    /// <returns>From the slash after the prefix on, wildcard included; null when it is another's URL.</returns>
    public string? PathOf(string url) =>
        url.StartsWith(_root + "/", StringComparison.Ordinal) ? url[_root.Length..] : null;
}
