using System.Collections.Concurrent;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Iam;

/// <summary>An action and the resources that a statement allows it on.</summary>
internal readonly record struct Grant(string Action, string Resource)
{
    /// <summary>Whether the local cloud has the service, and can see it used.</summary>
    public bool IsSeen => Action == "*" || Action.Split(':')[0] is "s3" or "sqs" or "cloudfront" or "lambda";
}

/// <summary>What each function is granted, and what of that it has used since the start.</summary>
internal sealed class AccessRecord(IReadOnlyList<FunctionResource> functions)
{
    /// <summary>Refusals beyond these are of a function that goes on trying other names.</summary>
    private const int MostDenials = 1_000;

    private readonly ConcurrentDictionary<(string Function, Grant Grant), long> _used = new();
    private readonly ConcurrentDictionary<(string Function, Grant Grant), long> _denied = new();

    public IEnumerable<FunctionResource> Functions => functions;

    /// <param name="own">The principal's own statements that match.</param>
    public void Use(AccessRequest request, IReadOnlyList<PolicyStatement> own)
    {
        if (request.Principal.Function is not { } function)
        {
            return;
        }

        foreach (var statement in own.Where(s => s.Allows))
        {
            // A grant is used as it is written, wildcards and all.
            var grants = GrantsOf(statement).Where(g => Wildcard.Matches(g.Action, request.Action, ignoreCase: true)
                && Wildcard.Matches(g.Resource, request.Resource));
            foreach (var grant in grants)
            {
                _used.AddOrUpdate((function.LogicalId, grant), 1, (_, count) => count + 1);
            }
        }
    }

    public void Deny(AccessRequest request)
    {
        if (request.Principal.Function is { } function && _denied.Count < MostDenials)
        {
            _denied.AddOrUpdate(
                (function.LogicalId, new Grant(request.Action, request.Resource)), 1, (_, count) => count + 1);
        }
    }

    public static IReadOnlyList<Grant> GrantsOf(FunctionResource function) =>
        [.. function.Policies.Statements.Where(s => s.Allows).SelectMany(GrantsOf).Distinct()];

    /// <summary>With how often.</summary>
    public IReadOnlyList<(Grant Grant, long Times)> UsedBy(string logicalId) => Of(_used, logicalId);

    /// <inheritdoc cref="UsedBy"/>
    public IReadOnlyList<(Grant Grant, long Times)> DeniedTo(string logicalId) => Of(_denied, logicalId);

    private static List<(Grant Grant, long Times)> Of(
        ConcurrentDictionary<(string Function, Grant Grant), long> counts, string logicalId) =>
    [
        .. counts.Where(c => c.Key.Function == logicalId).Select(c => (c.Key.Grant, c.Value))
            .OrderBy(c => c.Grant.Action, StringComparer.Ordinal)
            .ThenBy(c => c.Grant.Resource, StringComparer.Ordinal),
    ];

    private static IEnumerable<Grant> GrantsOf(PolicyStatement statement) =>
        from action in statement.Actions
        from resource in statement.Resources
        select new Grant(action, resource);
}
