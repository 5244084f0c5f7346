using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>The templates of the repository, as written and as the local cloud understands them.</summary>
internal static class DeployedTemplates
{
    public static readonly string[] Files = ["template.yaml", "deploy/database.yaml", "deploy/alarms.yaml"];

    private static readonly string[] Roles = ["api", "worker", "owner"];

    /// <summary>With a database that is given, and all else as by default.</summary>
    public static Stack Stack { get; } = With();

    /// <param name="more">Parameters beside those of the database that is given.</param>
    public static Stack With(params (string Name, string Value)[] more) => TemplateFile.Load(
        Path.Combine(Repository.Root, "template.yaml"),
        more.Concat(
        [
            ("ApiDatabaseSecret", "api"), ("WorkerDatabaseSecret", "worker"),
            ("JwtIssuer", "http://127.0.0.1:8080/_local"),
        ]).ToDictionary(p => p.Item1, p => p.Item2),
        new Uri("http://127.0.0.1:4566/"),
        Roles.ToDictionary(role => role, role => $"postgresql://{role}@localhost/photos"));

    public static MapNode Read(string file)
    {
        var path = Path.Combine(Repository.Root, file);
        return (MapNode)YamlTree.Read(new TemplateSource(path), File.ReadAllText(path));
    }

    /// <returns>Of a section, such as <c>Resources</c>.</returns>
    public static IReadOnlyDictionary<string, Node> Section(string file, string name) =>
        Read(file)[name] is MapNode section ? section.Entries : new Dictionary<string, Node>();

    /// <param name="path">Names of members, with points between.</param>
    public static Node? At(this Node node, string path) =>
        path.Split('.').Aggregate((Node?)node, (at, name) => (at as MapNode)?[name]);

    public static string? Text(this Node node, string path) => (node.At(path) as TextNode)?.Text;

    /// <summary>The node and all below it.</summary>
    public static IEnumerable<Node> All(this Node node) => node switch
    {
        MapNode map => map.Entries.Values.SelectMany(All).Prepend(node),
        ListNode list => list.Items.SelectMany(All).Prepend(node),
        IntrinsicNode call => call.Argument.All().Prepend(node),
        _ => [node],
    };
}
