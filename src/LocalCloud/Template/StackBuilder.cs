using PhotoLambda.Local.Iam;

namespace PhotoLambda.Local.Template;

/// <summary>Makes the resources of a template's declarations.</summary>
internal sealed class StackBuilder
{
    private const string ImplicitApi = "ServerlessHttpApi";
    private const string BucketPolicy = "AWS::S3::BucketPolicy";
    private const string QueuePolicy = "AWS::SQS::QueuePolicy";

    private readonly TemplateSource _source;
    private readonly Sections _sections;
    private readonly IReadOnlyDictionary<string, ResourceDeclaration> _declared;
    private readonly Resolver _resolver;
    private readonly ResourceNames _names;
    private readonly Secrets _secrets;
    private readonly Switches _switches;
    private readonly List<IgnoredResource> _ignored = [];

    public StackBuilder(
        TemplateSource source, Sections sections, IReadOnlyDictionary<string, Node> parameters, StackIdentity identity,
        Secrets secrets)
    {
        _source = source;
        _sections = sections;
        _secrets = secrets;
        _switches = new Switches(sections.Conditions, [.. parameters.Keys]);
        _declared = ResourceDeclaration.ReadAll(source, sections);
        ResourceNames? names = null;
        _resolver = new Resolver(
            source, sections, r => names = new ResourceNames(source, parameters, _declared, identity, r));
        _names = names!;
        new Rules(source, sections.Rules, new Conditions(source, null, _resolver.Text, _resolver.Texts)).Check();
        new References(source, [.. parameters.Keys], _declared, _resolver.Conditions).Check();
    }

    public Stack Build()
    {
        var there = _declared.Values.Where(r => r.Condition is not { } c || _resolver.Conditions[c.Text, c]).ToList();
        var events = new FunctionEvents(LogicalIdOf, _ignored);
        var functions = Read(
            there, "AWS::Serverless::Function",
            (r, p) => FunctionReader.Read(r.LogicalId, Name(r), p, events, _secrets));
        var queues = Read(there, "AWS::SQS::Queue", (r, p) => QueueReader.Read(r.LogicalId, Name(r), p));
        var buckets = Read(there, "AWS::S3::Bucket", (r, p) => BucketReader.Read(r.LogicalId, Name(r), p, _ignored));
        var apis = Read(
            there, "AWS::Serverless::HttpApi", (r, p) => HttpApiReader.Read(r.LogicalId, p, () => SwitchIn(r)));
        foreach (var mapping in there.Where(r => r.Type == "AWS::Lambda::EventSourceMapping"))
        {
            AddMapping(mapping, functions);
        }

        if (functions.Exists(f => f.Routes.Any(r => r.ApiLogicalId is null)))
        {
            apis.Add(Implicit());
        }

        var notified = buckets.Select(b => b with
        {
            Notifications =
            [
                .. b.Notifications,
                .. events.OfBuckets.Where(e => e.Bucket == b.LogicalId).Select(e => e.Notification),
            ],
        }).ToList();
        _ignored.AddRange(functions.SelectMany(f => f.Policies.Unjudged.Select(p => new IgnoredResource(
            $"{f.LogicalId}.Policies", $"{p} is not judged here, and {f.LogicalId} may do all"))));
        _ignored.AddRange(there.Where(IsIgnored).Select(r => new IgnoredResource(r.LogicalId, r.Type)));
        var stack = new Stack(functions, queues, notified, apis, Outputs())
        {
            Ignored = _ignored,
            ResourcePolicies = PoliciesOf(there, buckets, queues),
        };
        new Targets(_source, _declared).Check(stack);
        return stack;
    }

    private static bool IsIgnored(ResourceDeclaration resource) => resource.Type is not (
        "AWS::Serverless::Function" or "AWS::SQS::Queue" or "AWS::S3::Bucket" or "AWS::Serverless::HttpApi"
        or "AWS::Lambda::EventSourceMapping" or BucketPolicy or QueuePolicy);

    private IReadOnlyDictionary<string, IReadOnlyList<PolicyStatement>> PoliciesOf(
        List<ResourceDeclaration> there, List<BucketResource> buckets, List<QueueResource> queues)
    {
        var policies = new ResourcePolicies(buckets, queues);
        there.FindAll(r => r.Type == BucketPolicy).ForEach(r => policies.AddOfBucket(PropertiesOf(r)));
        there.FindAll(r => r.Type == QueuePolicy).ForEach(r => policies.AddOfQueues(PropertiesOf(r)));
        return policies.ByArn;
    }

    /// <returns>How to switch off what an API has in an <c>If</c>; empty when it has none.</returns>
    private string SwitchIn(ResourceDeclaration api)
    {
        var conditions = new[] { api.Properties["DefinitionBody"], api.Properties["Auth"] }
            .OfType<Node>().SelectMany(Switches.ConditionsIn).Distinct().Select(_switches.Of);
        var parameters = string.Join(" or ", conditions.Where(p => p.Length > 0).Distinct());
        return parameters.Length == 0 ? "" : ", with " + parameters;
    }

    private List<T> Read<T>(
        IEnumerable<ResourceDeclaration> there, string type, Func<ResourceDeclaration, Properties, T> read) =>
        [.. there.Where(r => r.Type == type).Select(r => read(r, PropertiesOf(r)))];

    private Properties PropertiesOf(ResourceDeclaration resource) =>
        new(_source, resource.Properties, _resolver.Resolve);

    private string Name(ResourceDeclaration resource) => _names.PhysicalName(resource);

    /// <summary>The API that SAM adds for routes that name none; Globals are its only properties.</summary>
    private HttpApiResource Implicit()
    {
        var nothing = new MapNode(new Place(1, 1, ImplicitApi), new Dictionary<string, Node>());
        var merged = new Globals(_source, _sections.Globals).Merge("AWS::Serverless::HttpApi", nothing, []);
        return HttpApiReader.Read(ImplicitApi, new Properties(_source, merged, _resolver.Resolve), () => "");
    }

    /// <returns>Null when there is none; empty for the API that SAM adds.</returns>
    private string? LogicalIdOf(string type, string reference) =>
        type == "AWS::Serverless::HttpApi" && string.Equals(reference, ImplicitApi, StringComparison.OrdinalIgnoreCase)
            ? ""
            : _declared.Values.FirstOrDefault(r => r.Type == type && Name(r) == reference)?.LogicalId;

    private void AddMapping(ResourceDeclaration declaration, List<FunctionResource> functions)
    {
        var properties = PropertiesOf(declaration);
        var name = properties.Required("FunctionName");
        var at = functions.FindIndex(f => f.FunctionName == name || CloudIdentity.FunctionArn(f.FunctionName) == name);
        if (at < 0)
        {
            throw properties.Error(
                "FunctionName", $"'{name}' is no function of this template; write !Ref and its logical id.");
        }

        functions[at] = functions[at] with
        {
            QueueMappings = [.. functions[at].QueueMappings, FunctionEvents.Mapping(properties, "EventSourceArn")],
        };
    }

    private Dictionary<string, string> Outputs()
    {
        var outputs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, node) in _sections.Outputs?.Entries ?? new Dictionary<string, Node>())
        {
            var output = Properties.Of(_source, node);
            output.AllowOnly("Value", "Description", "Export", "Condition");
            if (output.Text("Condition") is not { } condition || _resolver.Conditions[condition, node])
            {
                outputs[name] = _resolver.Text((node as MapNode)!["Value"]
                    ?? throw output.Error(null, "the property 'Value' is missing; add it."));
            }
        }

        return outputs;
    }
}
