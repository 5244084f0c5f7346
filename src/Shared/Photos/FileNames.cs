namespace PhotoLambda.Photos;

/// <summary>Names of files that nobody told.</summary>
internal static class FileNames
{
    private const int LongestName = 255;

    /// <returns>What stands behind the last slash, as far as it can be a file's name.</returns>
    public static string OfKey(string key)
    {
        var name = string.Concat(key[(key.LastIndexOf('/') + 1)..].Where(c => !char.IsControl(c)));
        return name.Length == 0 ? "unnamed" : name[..Math.Min(name.Length, LongestName)];
    }
}
