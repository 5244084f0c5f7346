using System.Text.RegularExpressions;

namespace PhotoLambda.Tests;

/// <summary>The alarms of <c>deploy/alarms.yaml</c> and of their section of docs/operations.md.</summary>
internal static partial class AlarmPage
{
    /// <returns>Logical ids.</returns>
    public static IReadOnlyCollection<string> AlarmsOfTemplate() =>
    [
        .. DeployedTemplates.Section("deploy/alarms.yaml", "Resources")
            .Where(r => r.Value.Text("Type") == "AWS::CloudWatch::Alarm").Select(r => r.Key),
    ];

    /// <returns>What stands first in the rows of its tables.</returns>
    public static IReadOnlyCollection<string> AlarmsOfPage()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));
        var section = page.Split("\n## ").Single(s => s.StartsWith("Alarms\n", StringComparison.Ordinal));
        return [.. RowName().Matches(section).Select(m => m.Groups[1].Value)];
    }

    [GeneratedRegex("^\\| `([A-Za-z]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex RowName();
}
