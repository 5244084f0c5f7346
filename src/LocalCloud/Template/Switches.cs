namespace PhotoLambda.Local.Template;

/// <summary>Which parameters a condition depends on, to say what to change.</summary>
internal sealed class Switches(MapNode? conditions, IReadOnlyCollection<string> parameters)
{
    /// <returns>Such as <c>--parameter DatabaseMode=…</c>; empty when there is nothing to set.</returns>
    public string Of(string condition)
    {
        var names = conditions?[condition] is { } node ? In(node, [condition]).Distinct() : [];
        return string.Join(" or ", names.Select(name => $"--parameter {name}=…"));
    }

    /// <summary>The conditions of the functions <c>If</c> below a node.</summary>
    public static IEnumerable<string> ConditionsIn(Node node) => node switch
    {
        IntrinsicNode { Name: "If", Argument: ListNode { Items: [TextNode name, var then, var otherwise] } } =>
            [name.Text, .. ConditionsIn(then), .. ConditionsIn(otherwise)],
        IntrinsicNode call => ConditionsIn(call.Argument),
        ListNode list => list.Items.SelectMany(ConditionsIn),
        MapNode map => map.Entries.Values.SelectMany(ConditionsIn),
        _ => [],
    };

    private IEnumerable<string> In(Node node, HashSet<string> seen) => node switch
    {
        IntrinsicNode { Name: "Ref", Argument: TextNode name } => parameters.Contains(name.Text) ? [name.Text] : [],
        IntrinsicNode { Name: "Condition", Argument: TextNode name } => InOther(name.Text, seen),
        IntrinsicNode call => In(call.Argument, seen),
        ListNode list => list.Items.SelectMany(item => In(item, seen)),
        MapNode map when map["Condition"] is TextNode name => InOther(name.Text, seen),
        MapNode map => map.Entries.Values.SelectMany(value => In(value, seen)),
        _ => [],
    };

    private IEnumerable<string> InOther(string condition, HashSet<string> seen) =>
        seen.Add(condition) && conditions?[condition] is { } other ? In(other, seen) : [];
}
