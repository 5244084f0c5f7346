namespace PhotoLambda.Photos;

/// <summary>Keys of the objects that are made of a photo's original, in the bucket of the original.</summary>
internal static class DerivedKeys
{
    private const string Thumbnails = "thumbnails/";
    private const string Public = "public/";

    public static string Thumbnail(string key) => $"{Thumbnails}{key}.jpg";

    /// <summary>The copy that links are made of where the original says more than it should.</summary>
    public static string PublicCopy(string key) => Public + key;

    public static bool IsDerived(string key) =>
        key.StartsWith(Thumbnails, StringComparison.Ordinal) || key.StartsWith(Public, StringComparison.Ordinal);
}
