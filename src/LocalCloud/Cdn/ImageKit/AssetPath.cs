using System.Security.Cryptography;
using System.Text;

namespace PhotoLambda.Local.Cdn;

/// <summary>How names and folders become what the library has.</summary>
internal static class AssetPath
{
    private const int DeepestFolder = 50;
    private const int SuffixLength = 9;

    /// <remarks>
    /// "Upload file" API, fileName: letters, digits, dot and hyphen; any other becomes an underscore.
    /// </remarks>
    /// <exception cref="ImageKitError">There is no name, or it is a folder's.</exception>
    public static string CleanName(string name)
    {
        var clean = Clean(name, ".-");
        // The public URL would lead elsewhere.
        return clean is "" or "." or ".."
            ? throw ImageKitError.Field("fileName", "must be a name with a letter or digit", name)
            : clean;
    }

    /// <remarks>
    /// "Upload file" API, folder: letters, digits, underscore and hyphen, nested by slashes, 50 levels at most.
    /// "Create folder" API: any other character becomes an underscore.
    /// </remarks>
    /// <returns>With a slash before each level and none at the end: empty for the root.</returns>
    /// <exception cref="ImageKitError">It is too deep.</exception>
    public static string CleanFolder(string folder)
    {
        var levels = folder.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return levels.Length > DeepestFolder
            ? throw ImageKitError.Field(
                "folder", $"may have {DeepestFolder} levels and has {levels.Length}", folder)
            : string.Concat(levels.Select(level => "/" + Clean(level, "_-")));
    }

    /// <remarks>"Upload file" API, useUniqueFileName: a unique suffix is added to the name.</remarks>
    public static string MakeUnique(string name)
    {
        var dot = name.LastIndexOf('.');
        var (stem, extension) = dot > 0 ? (name[..dot], name[dot..]) : (name, "");
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        return $"{stem}_{RandomNumberGenerator.GetString(Letters, SuffixLength)}{extension}";
    }

    private static string Clean(string text, string allowed)
    {
        var clean = new StringBuilder(text.Length);
        // By character as readers count them, so that an emoji is one underscore.
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(
                rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || allowed.Contains((char)rune.Value))
                    ? (char)rune.Value
                    : '_');
        }

        return clean.ToString();
    }
}
