using YamlDotNet.Core;

namespace PhotoLambda.Local.Template;

/// <summary>The two ways of writing an intrinsic function, made one.</summary>
/// <remarks>AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html</remarks>
internal static class Intrinsics
{
    /// <summary>
    /// All that CloudFormation knows; which of them have a local meaning is <see cref="Resolver"/>'s matter.
    /// </summary>
    private static readonly string[] Names =
    [
        "Ref", "GetAtt", "Sub", "Join", "If", "Equals", "Not", "And", "Or", "Condition", "Select", "Split", "FindInMap",
        "Base64", "ImportValue", "GetAZs", "Cidr", "Transform", "Length", "ToJsonString", "ForEach", "Contains",
        "EachMemberEquals", "EachMemberIn", "RefAll", "ValueOf", "ValueOfAll",
    ];

    /// <summary>The short form: <c>!Name</c> before a value.</summary>
    public static Node FromTag(TemplateSource source, Place place, TagName tag, Node content)
    {
        if (tag.IsEmpty || tag.IsNonSpecific || tag.Value.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal))
        {
            return content;
        }

        var name = tag.Value.TrimStart('!');
        return Make(source, place, name, $"!{name}", content);
    }

    /// <summary>The long form: a map of the one key <c>Fn::Name</c> or <c>Ref</c>.</summary>
    public static Node FromMap(TemplateSource source, MapNode map)
    {
        var (key, value) = map.Entries.FirstOrDefault(e => e.Key.StartsWith("Fn::", StringComparison.Ordinal));
        if (key is null)
        {
            return map.Entries.Count == 1 && map["Ref"] is { } target
                ? Make(source, map.Place, "Ref", "Ref", target)
                : map;
        }

        // Fn::ForEach::Name carries the name of its loop.
        var name = key.Split("::")[1];
        return map.Entries.Count == 1
            ? Make(source, map.Place, name, key, value)
            : throw source.Error(map, $"{key} must be the only key of its map; move the others out of it.");
    }

    private static IntrinsicNode Make(TemplateSource source, Place place, string name, string written, Node argument)
    {
        if (!Names.Contains(name))
        {
            throw source.Error(
                place, $"{written} is not a function of CloudFormation; {TemplateSource.Suggest(name, Names)}");
        }

        if (name == "GetAtt" && argument is TextNode text)
        {
            var parts = text.Text.Split('.', 2);
            argument = new ListNode(text.Place, [.. parts.Select(p => new TextNode(text.Place, p))]);
        }

        return new IntrinsicNode(place, name, argument);
    }
}
