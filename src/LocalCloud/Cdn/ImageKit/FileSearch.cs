using System.Text.RegularExpressions;

namespace PhotoLambda.Local.Cdn;

/// <summary>The conditions of a <c>searchQuery</c> that <see cref="FileListing"/> knows.</summary>
internal static partial class FileSearch
{
    /// <exception cref="ImageKitError">It has anything else.</exception>
    public static Func<LibraryFile, bool> Parse(string query)
    {
        var conditions = new List<Func<LibraryFile, bool>>();
        for (var at = 0; at < query.Length || at == 0;)
        {
            var match = Condition().Match(query, at);
            if (!match.Success || match.Index != at)
            {
                throw ImageKitError.Field(
                    "searchQuery", "must be conditions such as name = \"x\" or path : \"x\", joined by AND", query);
            }

            conditions.Add(Test(match.Groups["field"].Value, match.Groups["sign"].Value, match.Groups["text"].Value));
            at = match.Index + match.Length;
        }

        return file => conditions.TrueForAll(condition => condition(file));
    }

    private static Func<LibraryFile, bool> Test(string field, string sign, string text)
    {
        Func<LibraryFile, string> value = field == "name" ? file => file.Name : file => file.FilePath;
        if (field == "path" && sign == "=")
        {
            var folder = AssetPath.CleanFolder(text);
            return file => file.Folder == folder;
        }

        return sign == "="
            ? file => value(file) == text
            : file => value(file).StartsWith(text, StringComparison.Ordinal);
    }

    [GeneratedRegex("""\s*(?<field>name|path)\s*(?<sign>[=:])\s*"(?<text>[^"\\]*)"\s*(?:$|AND\s(?=\s*\w))""",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Condition();
}
