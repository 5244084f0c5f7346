namespace PhotoLambda.Local.Template;

/// <summary>
/// Where a piece of the template stands: lines and columns from 1, and its path as <c>Resources.Api.Properties</c>.
/// </summary>
internal sealed record Place(int Line, int Column, string Path)
{
    public Place Child(string name) => this with { Path = Path.Length == 0 ? name : $"{Path}.{name}" };
}

/// <summary>
/// A piece of the template. Numbers and booleans stay text: CloudFormation converts by the property's type.
/// </summary>
internal abstract record Node(Place Place)
{
    /// <summary>What it is, in words for a message.</summary>
    public abstract string Kind { get; }
}

internal sealed record TextNode(Place Place, string Text) : Node(Place)
{
    public override string Kind => $"'{Text}'";
}

internal sealed record ListNode(Place Place, IReadOnlyList<Node> Items) : Node(Place)
{
    public override string Kind => "a list";
}

/// <param name="Entries">In the order of the file.</param>
internal sealed record MapNode(Place Place, IReadOnlyDictionary<string, Node> Entries) : Node(Place)
{
    public override string Kind => "a map";

    public Node? this[string key] => Entries.GetValueOrDefault(key);
}

/// <summary>An intrinsic function, in whichever form it was written.</summary>
/// <param name="Name">Without <c>!</c> or <c>Fn::</c>, for example <c>GetAtt</c>.</param>
internal sealed record IntrinsicNode(Place Place, string Name, Node Argument) : Node(Place)
{
    public override string Kind => $"!{Name}";
}
