using System.Text.RegularExpressions;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>The alarms of <c>deploy/alarms.yaml</c> and of their section of docs/operations.md.</summary>
internal static partial class AlarmPage
{
    /// <returns>Logical ids.</returns>
    public static IReadOnlyCollection<string> AlarmsOfTemplate()
    {
        var file = Path.Combine(Repository.Root, "deploy", "alarms.yaml");
        var root = Assert.IsType<MapNode>(YamlTree.Read(new TemplateSource(file), File.ReadAllText(file)));
        var resources = Assert.IsType<MapNode>(root["Resources"]).Entries;
        return [.. resources.Where(r => TypeOf(r.Value) == "AWS::CloudWatch::Alarm").Select(r => r.Key)];
    }

    /// <returns>What stands first in the rows of its tables.</returns>
    public static IReadOnlyCollection<string> AlarmsOfPage()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));
        var section = page.Split("\n## ").Single(s => s.StartsWith("Alarms\n", StringComparison.Ordinal));
        return [.. RowName().Matches(section).Select(m => m.Groups[1].Value)];
    }

    private static string? TypeOf(Node resource) => ((resource as MapNode)?["Type"] as TextNode)?.Text;

    [GeneratedRegex("^\\| `([A-Za-z]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex RowName();
}
