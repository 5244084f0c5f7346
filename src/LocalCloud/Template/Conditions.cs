namespace PhotoLambda.Local.Template;

/// <summary>The section Conditions, worked out when asked for.</summary>
/// <param name="list">The texts of a list; null outside the section Rules, which alone has Contains.</param>
internal sealed class Conditions(
    TemplateSource source, MapNode? section, Func<Node, string> text, Func<Node, IReadOnlyList<string>>? list = null)
{
    private readonly Dictionary<string, bool?> _known = [];

    /// <param name="name">Of a condition.</param>
    /// <param name="at">What names it, for the message when there is none.</param>
    public bool this[string name, Node at]
    {
        get
        {
            if (_known.TryGetValue(name, out var known))
            {
                return known ?? throw source.Error(
                    at, $"the condition '{name}' needs itself; break the circular reference.");
            }

            var definition = section?[name] ?? throw source.Error(
                at, $"there is no condition '{name}'; {TemplateSource.Suggest(name, section?.Entries.Keys ?? [])}");
            _known[name] = null;
            var value = Test(definition);
            _known[name] = value;
            return value;
        }
    }

    public bool Test(Node node) => node switch
    {
        IntrinsicNode { Name: "Equals", Argument: ListNode { Items: [var left, var right] } } =>
            text(left) == text(right),
        IntrinsicNode { Name: "Not", Argument: ListNode { Items: [var only] } } => !Test(only),
        IntrinsicNode { Name: "Contains", Argument: ListNode { Items: [var values, var value] } }
            when list is not null => list(values).Contains(text(value)),
        IntrinsicNode { Name: "Contains" } when list is not null =>
            throw source.Error(node, "!Contains takes a list of a list and a value."),
        // Every part is tested, so that a mistake in one shows whatever the others say.
        IntrinsicNode { Name: "And", Argument: ListNode { Items.Count: >= 2 and <= 10 } parts } =>
            parts.Items.Select(Test).ToList().TrueForAll(t => t),
        IntrinsicNode { Name: "Or", Argument: ListNode { Items.Count: >= 2 and <= 10 } parts } =>
            parts.Items.Select(Test).ToList().Exists(t => t),
        IntrinsicNode { Name: "Condition", Argument: TextNode name } => this[name.Text, name],
        MapNode { Entries.Count: 1 } map when map["Condition"] is TextNode name => this[name.Text, name],
        IntrinsicNode { Name: "Equals" } => throw source.Error(node, "!Equals takes a list of two values."),
        IntrinsicNode { Name: "Not" } => throw source.Error(node, "!Not takes a list of one condition."),
        IntrinsicNode { Name: "And" or "Or" } =>
            throw source.Error(node, $"{node.Kind} takes a list of 2 to 10 conditions."),
        _ => throw source.Error(
            node,
            $"a condition is made of !Equals, !Not, !And, !Or and {(list is null ? "!Condition" : "!Contains")}; "
            + $"this is {node.Kind}."),
    };
}
