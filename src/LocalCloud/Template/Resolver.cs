using System.Globalization;
using System.Text;

namespace PhotoLambda.Local.Template;

/// <summary>Replaces intrinsic functions by their values.</summary>
internal sealed class Resolver
{
    private readonly TemplateSource _source;
    private readonly MapNode? _mappings;
    private readonly ResourceNames _names;

    public Resolver(TemplateSource source, Sections sections, Func<Resolver, ResourceNames> names)
    {
        _source = source;
        _mappings = sections.Mappings;
        Conditions = new Conditions(source, sections.Conditions, Text);
        _names = names(this);
    }

    public Conditions Conditions { get; }

    /// <returns>The node without functions; null where the template says <c>AWS::NoValue</c>.</returns>
    public Node? Resolve(Node node) => node switch
    {
        ListNode list => list with { Items = [.. list.Items.Select(Resolve).OfType<Node>()] },
        MapNode map => map with
        {
            Entries = map.Entries
                .Select(e => (e.Key, Value: Resolve(e.Value)!))
                .Where(e => e.Value is not null)
                .ToDictionary(e => e.Key, e => e.Value, StringComparer.Ordinal),
        },
        IntrinsicNode function => Call(function),
        _ => node,
    };

    public string Text(Node node) => Resolve(node) switch
    {
        TextNode text => text.Text,
        null => throw _source.Error(node, "a text is needed here, not AWS::NoValue."),
        var other => throw _source.Error(node, $"a text is needed here, not {other.Kind}."),
    };

    private Node? Call(IntrinsicNode call) => call switch
    {
        { Name: "Ref", Argument: TextNode name } => _names.Ref(name),
        { Name: "GetAtt", Argument: ListNode { Items: [TextNode id, var attribute] } } =>
            new TextNode(call.Place, _names.Attribute(id.Text, Text(attribute), id)),
        { Name: "Sub" } => new TextNode(call.Place, Sub(call)),
        { Name: "Join", Argument: ListNode { Items: [var delimiter, var items] } } =>
            new TextNode(call.Place, string.Join(Text(delimiter), List(items).Items.Select(Text))),
        { Name: "Split", Argument: ListNode { Items: [var delimiter, var text] } } => new ListNode(
            call.Place, [.. Text(text).Split(Text(delimiter)).Select(p => new TextNode(call.Place, p))]),
        { Name: "Select", Argument: ListNode { Items: [var index, var items] } } => Select(index, List(items)),
        { Name: "If", Argument: ListNode { Items: [TextNode name, var then, var otherwise] } } =>
            Resolve(Conditions[name.Text, name] ? then : otherwise),
        { Name: "FindInMap", Argument: ListNode { Items: [var map, var first, var second] } } =>
            Find(map, first, second),
        { Name: "Base64" } =>
            new TextNode(call.Place, Convert.ToBase64String(Encoding.UTF8.GetBytes(Text(call.Argument)))),
        { Name: "ImportValue" } => throw _source.Error(
            call, "!ImportValue reads another stack's output, and here is only this one; make the value a parameter."),
        { Name: "Equals" or "Not" or "And" or "Or" or "Condition" } => throw _source.Error(
            call, $"{call.Kind} belongs into the section Conditions; here, name a condition in !If."),
        _ => throw _source.Error(call, Usage.TryGetValue(call.Name, out var usage)
            ? $"{call.Kind} takes {usage}, and got {call.Argument.Kind}."
            : $"{call.Kind} is not supported by the local cloud; use another function or a parameter."),
    };

    private static Dictionary<string, string> Usage => new()
    {
        ["Ref"] = "one name",
        ["GetAtt"] = "Resource.Attribute, or a list of the two",
        ["Join"] = "a list of a delimiter and a list of texts",
        ["Split"] = "a list of a delimiter and a text",
        ["Select"] = "a list of an index and a list",
        ["If"] = "a list of a condition's name and two values",
        ["FindInMap"] = "a list of a mapping's name and two keys",
    };

    private string Sub(IntrinsicNode sub)
    {
        var (template, own) = Substitution.Arguments(_source, sub);
        return string.Concat(Substitution.Pieces(_source, template).Select(piece =>
            !piece.IsName ? piece.Text
            : own?[piece.Text] is { } value ? Text(value)
            : piece.Text.Split('.', 2) is [var id, var attribute] ? _names.Attribute(id, attribute, template)
            : Text(_names.Ref(template with { Text = piece.Text }) ?? template)));
    }

    public IReadOnlyList<string> Texts(Node node) => [.. List(node).Items.Select(Text)];

    private ListNode List(Node node) => Resolve(node) as ListNode
        ?? throw _source.Error(node, $"a list is needed here, not {node.Kind}.");

    private Node Select(Node index, ListNode items) =>
        int.TryParse(Text(index), NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < items.Items.Count
            ? items.Items[at]
            : throw _source.Error(
                index, $"!Select has no item {Text(index)} in a list of {items.Items.Count}; the first is 0.");

    private Node Find(Node map, Node first, Node second)
    {
        var found = _mappings;
        foreach (var key in (ReadOnlySpan<Node>)[map, first])
        {
            found = found?[Text(key)] as MapNode ?? throw NotMapped(key, found);
        }

        return Resolve(found?[Text(second)] ?? throw NotMapped(second, found))!;
    }

    private LocalCloudException NotMapped(Node key, MapNode? within) => _source.Error(
        key, $"'{Text(key)}' is not in the mapping; {TemplateSource.Suggest(Text(key), within?.Entries.Keys ?? [])}");
}
