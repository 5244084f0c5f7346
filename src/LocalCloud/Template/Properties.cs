using System.Globalization;

namespace PhotoLambda.Local.Template;

/// <summary>A map, read by the types that its resource wants.</summary>
/// <param name="resolve">Resolves functions in what is read, and only there: the rest may use what is not
/// supported.</param>
internal sealed class Properties(TemplateSource source, MapNode map, Func<Node, Node?>? resolve = null)
{
    public Place Place => map.Place;

    public IEnumerable<string> Keys => map.Entries.Keys;

    /// <param name="node">Must be a map.</param>
    public static Properties Of(TemplateSource source, Node node) => node is MapNode map
        ? new Properties(source, map)
        : throw source.Error(node, $"a map is needed here, not {node.Kind}.");

    /// <summary>A map that is part of this one, and resolved with it.</summary>
    public Properties Of(Node node) => Of(source, node);

    /// <summary>File and line of a property, or of the map where there is none of that name.</summary>
    public string At(string? name)
    {
        var place = (name is null ? null : map[name]?.Place) ?? Place;
        return $"{source.File}({place.Line})";
    }

    public bool Has(string name) => Value(name) is not null;

    /// <summary>Whether the property is there as a text, for those that may also be a map.</summary>
    public bool IsText(string name) => Value(name) is TextNode;

    /// <summary>
    /// Refuses what CloudFormation would refuse: a property that the type does not have, mostly a slip.
    /// </summary>
    public void AllowOnly(params string[] known)
    {
        foreach (var (name, value) in map.Entries)
        {
            if (!known.Contains(name))
            {
                throw source.Error(value, $"there is no property '{name}' here; {TemplateSource.Suggest(name, known)}");
            }
        }
    }

    public string? Text(string name) => Value(name) switch
    {
        null => null,
        TextNode text => text.Text,
        var other => throw source.Error(other, $"a text is needed here, not {other.Kind}."),
    };

    public string Required(string name) => Text(name)
        ?? throw Error(null, $"the property '{name}' is missing; add it.");

    public int? Number(string name, int minimum, int maximum)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            throw Error(name, $"a whole number is needed here, not '{text}'.");
        }

        return number >= minimum && number <= maximum
            ? number
            : throw Error(name, $"{number} is out of range; it must be {minimum} to {maximum}.");
    }

    public int Number(string name, int otherwise, int minimum = int.MinValue, int maximum = int.MaxValue) =>
        Number(name, minimum, maximum) ?? otherwise;

    public bool Flag(string name, bool otherwise = false) => Text(name)?.ToUpperInvariant() switch
    {
        null => otherwise,
        "TRUE" => true,
        "FALSE" => false,
        _ => throw Error(name, $"true or false is needed here, not '{Text(name)}'."),
    };

    public Properties? Map(string name) => Value(name) is { } value ? Of(source, value) : null;

    public Properties RequiredMap(string name) => Map(name)
        ?? throw Error(null, $"the property '{name}' is missing; add it.");

    public IReadOnlyList<Properties> Maps(string name) => [.. List(name).Select(item => Of(source, item))];

    /// <summary>The items of a list, or the one value that stands for a list of one.</summary>
    public IReadOnlyList<Node> Nodes(string name) => Value(name) switch
    {
        null => [],
        ListNode list => list.Items,
        var only => [only],
    };

    /// <param name="orSingle">Whether one text may stand for a list of one, as in the events of SAM.</param>
    public IReadOnlyList<string> Texts(string name, bool orSingle = false) => orSingle && Value(name) is TextNode only
        ? [only.Text]
        : [.. List(name).Select(item => item is TextNode text
            ? text.Text
            : throw source.Error(item, $"a text is needed here, not {item.Kind}."))];

    /// <returns>File, line, column and path of a property that is there.</returns>
    public string Locate(string name) => source.Locate(map[name]?.Place ?? Place);

    /// <param name="name">The property in question, or null for the map as a whole.</param>
    public LocalCloudException Error(string? name, string message) =>
        source.Error((name is null ? null : map[name]?.Place) ?? Place, message);

    private Node? Value(string name) => map[name] is { } value && resolve is not null ? resolve(value) : map[name];

    private IReadOnlyList<Node> List(string name) => Value(name) switch
    {
        null => [],
        ListNode list => list.Items,
        var other => throw source.Error(other, $"a list is needed here, not {other.Kind}."),
    };
}
