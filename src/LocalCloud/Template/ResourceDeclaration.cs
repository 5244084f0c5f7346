using System.Text.RegularExpressions;

namespace PhotoLambda.Local.Template;

/// <summary>One entry of the section Resources, its functions not yet resolved.</summary>
/// <param name="Condition">Its condition's name, or null: always there.</param>
/// <param name="Properties">With the Globals of its type merged in.</param>
internal sealed partial record ResourceDeclaration(
    string LogicalId, string Type, Place Place, TextNode? Condition, MapNode Properties,
    IReadOnlyList<TextNode> DependsOn)
{
    private static readonly string[] ServerlessTypes =
    [
        "Function", "Api", "HttpApi", "WebSocketApi", "SimpleTable", "LayerVersion", "Application", "StateMachine",
        "Connector",
        "GraphQLApi", "CapacityProvider",
    ];

    public static IReadOnlyDictionary<string, ResourceDeclaration> ReadAll(TemplateSource source, Sections sections)
    {
        var globals = new Globals(source, sections.Globals);
        return sections.Resources.Entries
            .Select(entry => Read(source, sections, globals, entry.Key, entry.Value))
            .ToDictionary(d => d.LogicalId, StringComparer.Ordinal);
    }

    private static ResourceDeclaration Read(
        TemplateSource source, Sections sections, Globals globals, string id, Node node)
    {
        if (!LogicalIdForm().IsMatch(id))
        {
            throw source.Error(
                node, $"the logical id '{id}' may have letters and digits only, at most 255; rename it.");
        }

        var resource = Local.Template.Properties.Of(source, node);
        resource.AllowOnly(
            "Type", "Properties", "Condition", "DependsOn", "Metadata", "DeletionPolicy", "UpdateReplacePolicy",
            "UpdatePolicy",
            "CreationPolicy", "Connectors", "IgnoreGlobals");
        var type = resource.Required("Type");
        CheckType(source, sections, (node as MapNode)!["Type"]!, type);
        var properties = (node as MapNode)!["Properties"] switch
        {
            null => new MapNode(resource.Place.Child("Properties"), new Dictionary<string, Node>()),
            MapNode map => map,
            var other => throw source.Error(other, $"a map is needed here, not {other.Kind}."),
        };
        return new ResourceDeclaration(
            id,
            type,
            resource.Place,
            (node as MapNode)!["Condition"] as TextNode,
            globals.Merge(type, properties, resource.Texts("IgnoreGlobals", orSingle: true)),
            [.. resource.Texts("DependsOn", orSingle: true).Select(
                d => new TextNode(resource.Place.Child("DependsOn"), d))]);
    }

    private static void CheckType(TemplateSource source, Sections sections, Node at, string type)
    {
        if (!TypeForm().IsMatch(type))
        {
            throw source.Error(at, $"'{type}' is not a resource type; write it as AWS::SQS::Queue.");
        }

        if (!type.StartsWith("AWS::Serverless::", StringComparison.Ordinal))
        {
            return;
        }

        var name = type["AWS::Serverless::".Length..];
        if (!ServerlessTypes.Contains(name))
        {
            throw source.Error(at, $"SAM has no type '{type}'; {TemplateSource.Suggest(name, ServerlessTypes)}");
        }

        if (!sections.IsServerless)
        {
            throw source.Error(
                at, $"{type} needs SAM; add the line 'Transform: AWS::Serverless-2016-10-31' at the top.");
        }
    }

    [GeneratedRegex("^[A-Za-z0-9]{1,255}$")]
    private static partial Regex LogicalIdForm();

    [GeneratedRegex("^(AWS|Alexa|Custom|[A-Za-z0-9]+)::[A-Za-z0-9_@-]+(::[A-Za-z0-9_@-]+)*$")]
    private static partial Regex TypeForm();
}
