namespace PhotoLambda.Photos;

/// <summary>Names of files that nobody told.</summary>
internal static class FileNames
{
    private const int LongestName = 255;

    /// <returns>What stands behind the last slash, as far as it can be a file's name.</returns>
    public static string OfKey(string key)
    {
        var last = key.AsSpan(key.LastIndexOf('/') + 1);
        if (last.Length is > 0 and <= LongestName && last is not ("." or "..")
            && !last.ContainsAnyInRange('\0', '\u001F') && !last.ContainsAnyInRange('\u007F', '\u009F'))
        {
            // Nearly always.
            return last.ToString();
        }

        var name = string.Concat(key[(key.LastIndexOf('/') + 1)..].Where(c => !char.IsControl(c)));
        return name is "" or "." or ".." ? "unnamed" : name[..Math.Min(name.Length, LongestName)];
    }
}
