namespace PhotoLambda.Local.Template;

/// <summary>The template's sections, as written.</summary>
internal sealed record Sections(
    MapNode? Parameters,
    MapNode? Mappings,
    MapNode? Conditions,
    MapNode? Rules,
    MapNode? Globals,
    MapNode Resources,
    MapNode? Outputs,
    bool IsServerless)
{
    private static readonly string[] Names =
    [
        "AWSTemplateFormatVersion", "Transform", "Description", "Metadata", "Parameters", "Rules", "Mappings",
        "Conditions",
        "Globals", "Resources", "Outputs", "Hooks",
    ];

    public static Sections Of(TemplateSource source, Node root)
    {
        var map = root as MapNode
            ?? throw source.Error(root, $"a template is a map with the section Resources, not {root.Kind}.");
        foreach (var (name, section) in map.Entries.Where(e => !Names.Contains(e.Key)))
        {
            throw source.Error(section, $"there is no section '{name}'; {TemplateSource.Suggest(name, Names)}");
        }

        MapNode? Section(string name) => map[name] switch
        {
            null => null,
            MapNode section => section,
            var other => throw source.Error(other, $"the section must be a map, not {other.Kind}."),
        };

        return new Sections(
            Section("Parameters"),
            Section("Mappings"),
            Section("Conditions"),
            Section("Rules"),
            Section("Globals"),
            Section("Resources") ?? throw source.Error(root, "the section Resources is missing; add it."),
            Section("Outputs"),
            Transforms(map["Transform"]).Contains("AWS::Serverless-2016-10-31"));
    }

    private static IEnumerable<string> Transforms(Node? transform) => transform switch
    {
        TextNode one => [one.Text],
        ListNode several => several.Items.OfType<TextNode>().Select(t => t.Text),
        _ => [],
    };
}
