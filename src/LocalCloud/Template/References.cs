namespace PhotoLambda.Local.Template;

/// <summary>
/// Who needs whom. Checked before anything is resolved and for every resource, also those the local cloud ignores,
/// because CloudFormation would refuse an unknown name or a circle at deployment.
/// </summary>
internal sealed class References(
    TemplateSource source,
    IReadOnlyCollection<string> parameters,
    IReadOnlyDictionary<string, ResourceDeclaration> resources,
    Conditions conditions)
{
    private readonly Dictionary<string, List<string>> _needs = [];
    private readonly HashSet<string> _done = [];

    public void Check()
    {
        foreach (var resource in resources.Values)
        {
            var used = In(resource.Properties, takenOnly: false);
            foreach (var reference in used.Concat(resource.DependsOn.Select(d => (d.Text, (Node)d))))
            {
                CheckKnown(reference);
            }

            _needs[resource.LogicalId] = IsThere(resource) ? Needs(resource) : [];
        }

        AddEdgesOfSam();
        foreach (var resource in resources.Values)
        {
            Visit(resource.LogicalId, []);
        }
    }

    public static bool IsMadeBySam(string id, IReadOnlyDictionary<string, ResourceDeclaration> resources) =>
        id is "ServerlessHttpApi" or "ServerlessHttpApiApiGatewayDefaultStage"
        || (id.EndsWith("Role", StringComparison.Ordinal)
            && resources.GetValueOrDefault(id[..^4])?.Type == "AWS::Serverless::Function");

    public static LocalCloudException Unknown(
        TemplateSource source, string id, Node at, IEnumerable<string> parameters, IEnumerable<string> resources) =>
        source.Error(
            at,
            $"there is no parameter or resource '{id}'; {TemplateSource.Suggest(id, parameters.Concat(resources))}");

    /// <summary>Names used by a node: of an If, those of both branches, or of the taken one only.</summary>
    private IEnumerable<(string Id, Node At)> In(Node node, bool takenOnly) => node switch
    {
        IntrinsicNode { Name: "Ref", Argument: TextNode name } => [(name.Text, name)],
        IntrinsicNode { Name: "GetAtt", Argument: ListNode { Items: [TextNode id, ..] } } => [(id.Text, id)],
        IntrinsicNode { Name: "Sub" } sub => InSub(sub, takenOnly),
        IntrinsicNode { Name: "If", Argument: ListNode { Items: [TextNode name, var then, var otherwise] } }
            when takenOnly => In(conditions[name.Text, name] ? then : otherwise, takenOnly),
        IntrinsicNode call => In(call.Argument, takenOnly),
        ListNode list => list.Items.SelectMany(item => In(item, takenOnly)),
        MapNode map => map.Entries.Values.SelectMany(value => In(value, takenOnly)),
        _ => [],
    };

    private IEnumerable<(string Id, Node At)> InSub(IntrinsicNode sub, bool takenOnly)
    {
        var (template, own) = Substitution.Arguments(source, sub);
        var named = Substitution.Pieces(source, template)
            .Where(p => p.IsName && own?[p.Text] is null)
            .Select(p => (p.Text.Split('.')[0], (Node)template));
        return own is null ? named : named.Concat(In(own, takenOnly));
    }

    private void CheckKnown((string Id, Node At) reference)
    {
        if (!resources.ContainsKey(reference.Id) && !parameters.Contains(reference.Id)
            && !StackIdentity.IsPseudo(reference.Id) && !IsMadeBySam(reference.Id, resources))
        {
            throw Unknown(source, reference.Id, reference.At, parameters, resources.Keys);
        }
    }

    private bool IsThere(ResourceDeclaration resource) =>
        resource.Condition is not { } condition || conditions[condition.Text, condition];

    // SAM makes resources of their own of a function's events, so the function does not need what they name.
    private List<string> Needs(ResourceDeclaration resource) =>
    [
        .. resource.Properties.Entries
            .Where(p => p.Key != "Events" || resource.Type != "AWS::Serverless::Function")
            .SelectMany(p => In(p.Value, takenOnly: true)).Select(r => r.Id),
        .. resource.DependsOn.Select(d => d.Text),
    ];

    /// <summary>
    /// An API's definition names the functions behind it, and a bucket's notification the function it calls.
    /// </summary>
    private void AddEdgesOfSam()
    {
        foreach (var function in resources.Values.Where(r => r.Type == "AWS::Serverless::Function" && IsThere(r)))
        {
            foreach (var e in (function.Properties["Events"] as MapNode)?.Entries.Values.OfType<MapNode>() ?? [])
            {
                var target = (e["Properties"] as MapNode)?[e["Type"] is TextNode { Text: "S3" } ? "Bucket" : "ApiId"];
                if (target is IntrinsicNode { Name: "Ref", Argument: TextNode id }
                    && _needs.TryGetValue(id.Text, out var needs))
                {
                    needs.Add(function.LogicalId);
                }
            }
        }
    }

    private void Visit(string id, List<string> path)
    {
        if (path.IndexOf(id) is >= 0 and var start)
        {
            throw source.Error(
                resources[id].Place,
                $"circular reference {string.Join(" → ", path[start..])} → {id}; "
                + "build one of the names with !Sub instead of a reference.");
        }

        if (_needs.TryGetValue(id, out var needs) && !_done.Contains(id))
        {
            path.Add(id);
            needs.ForEach(need => Visit(need, path));
            path.RemoveAt(path.Count - 1);
            _done.Add(id);
        }
    }
}
