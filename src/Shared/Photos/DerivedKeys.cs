using System.Globalization;
using System.Text;

namespace PhotoLambda.Photos;

/// <summary>Keys of the objects that are made of a photo's original, in a bucket of their own.</summary>
internal static class DerivedKeys
{
    public const string Thumbnails = "thumbnails/";
    public const string Public = "public/";
    public const string Jpeg = ".jpg";
    public const string WebP = ".webp";

    /// <summary>
    /// Bytes in UTF-8: a key has 1,024 at most, so nothing is made of an original whose own is longer than this.
    /// </summary>
    public const string LongestOriginalText = "1000";

    /// <summary>The thumbnail that the camera embedded.</summary>
    public static string Thumbnail(string key) => $"{Thumbnails}{key}{Jpeg}";

    /// <param name="size">Pixels of the longer side, as the project has it: four digits at most.</param>
    /// <param name="mimeType">Of WebP or JPEG.</param>
    public static string Thumbnail(string key, int size, string mimeType) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{Thumbnails}{key}.{size}{(mimeType == "image/webp" ? WebP : Jpeg)}");

    /// <summary>The copy that links are made of where the original says more than it should.</summary>
    public static string PublicCopy(string key) => Public + key;

    /// <summary>Whether the keys of what is made of this original are short enough for the store.</summary>
    public static bool Fit(string key) => Encoding.UTF8.GetByteCount(key) <= 1000;

    /// <returns>The key of the original; null when the key is not a derived one.</returns>
    public static string? Original(string key) => key switch
    {
        _ when key.StartsWith(Public, StringComparison.Ordinal) => key[Public.Length..],
        _ when !key.StartsWith(Thumbnails, StringComparison.Ordinal) => null,
        _ when key.EndsWith(Jpeg, StringComparison.Ordinal) => key[Thumbnails.Length..^Jpeg.Length],
        _ => key[Thumbnails.Length..],
    };

    public static bool IsDerived(string key) =>
        key.StartsWith(Thumbnails, StringComparison.Ordinal) || key.StartsWith(Public, StringComparison.Ordinal);
}
