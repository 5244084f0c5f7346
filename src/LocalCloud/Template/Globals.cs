namespace PhotoLambda.Local.Template;

/// <summary>
/// The section Globals, merged into resources as SAM does: maps key by key, lists one after the other (the global
/// one first), anything else and intrinsic functions replaced by the resource's own.
/// </summary>
/// <remarks>
/// serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
/// </remarks>
internal sealed class Globals
{
    private static readonly string[] Types =
    [
        "Function", "Api", "HttpApi", "WebSocketApi", "SimpleTable", "StateMachine", "LayerVersion", "CapacityProvider",
    ];

    private readonly MapNode? _section;

    public Globals(TemplateSource source, MapNode? section)
    {
        _section = section;
        foreach (var (type, value) in section?.Entries ?? new Dictionary<string, Node>())
        {
            if (!Types.Contains(type) || value is not MapNode)
            {
                throw source.Error(
                    value, $"Globals has maps of properties for {string.Join(", ", Types)}; this is neither.");
            }
        }
    }

    /// <param name="type">Of the resource, for example <c>AWS::Serverless::Function</c>.</param>
    /// <param name="ignored">Names of the properties that the resource does not want, or a star for all.</param>
    public MapNode Merge(string type, MapNode own, IReadOnlyList<string> ignored)
    {
        if (!type.StartsWith("AWS::Serverless::", StringComparison.Ordinal)
            || _section?[type["AWS::Serverless::".Length..]] is not MapNode global
            || ignored.Contains("*"))
        {
            return own;
        }

        var wanted = global.Entries.Where(e => !ignored.Contains(e.Key));
        return Merge(global with { Entries = wanted.ToDictionary(StringComparer.Ordinal) }, own);
    }

    private static MapNode Merge(MapNode global, MapNode own)
    {
        var entries = new Dictionary<string, Node>(global.Entries, StringComparer.Ordinal);
        foreach (var (name, value) in own.Entries)
        {
            entries[name] = (entries.GetValueOrDefault(name), value) switch
            {
                (MapNode outer, MapNode inner) => Merge(outer, inner),
                (ListNode outer, ListNode inner) => inner with { Items = [.. outer.Items, .. inner.Items] },
                _ => value,
            };
        }

        return own with { Entries = entries };
    }
}
