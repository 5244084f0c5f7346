using System.Text.RegularExpressions;

namespace PhotoLambda.Tests;

/// <summary>The table of docs/configuration.md.</summary>
internal static partial class DocumentedSettings
{
    /// <returns>The variables of a function.</returns>
    public static HashSet<string> Of(string function)
    {
        var name = function[..^"Function".Length];
        return File.ReadLines(Path.Combine(Repository.Root, "docs", "configuration.md"))
            .Select(line => line.Split('|'))
            .Where(cells => cells.Length == 5 && IsOf(name, cells[2].Trim()))
            .SelectMany(cells => Variable().Matches(cells[1]).Select(m => m.Groups[1].Value))
            .ToHashSet(StringComparer.Ordinal);
    }

    private static bool IsOf(string name, string whose)
    {
        const string AllBut = "all but ";
        return whose == "all" || (whose.StartsWith(AllBut, StringComparison.Ordinal)
            ? whose[AllBut.Length..] != name
            : whose.Split(',', StringSplitOptions.TrimEntries).Contains(name));
    }

    [GeneratedRegex("`([A-Z][A-Z0-9_]+)`")]
    private static partial Regex Variable();
}
