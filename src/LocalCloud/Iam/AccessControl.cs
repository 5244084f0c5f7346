using System.Collections.Concurrent;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Iam;

/// <summary>Who may do what, as the template says it; and a record of what was done.</summary>
/// <remarks>IAM/latest/UserGuide/reference_policies_evaluation-logic.html, within one account.</remarks>
internal sealed class AccessControl
{
    private readonly Dictionary<string, Principal> _principals;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<PolicyStatement>> _resourcePolicies;
    private readonly ConcurrentDictionary<string, byte> _said = new(StringComparer.Ordinal);
    private readonly Action<string> _say;

    /// <param name="resourcePolicies">By the ARN of a bucket or queue.</param>
    /// <param name="say">Told of each kind of refusal, once.</param>
    public AccessControl(
        IReadOnlyList<FunctionResource> functions,
        IReadOnlyDictionary<string, IReadOnlyList<PolicyStatement>> resourcePolicies,
        Action<string> say)
    {
        _principals = functions.Select(Principal.Of).Prepend(Principal.Administrator)
            .ToDictionary(p => p.AccessKeyId, StringComparer.Ordinal);
        (_resourcePolicies, _say) = (resourcePolicies, say);
        Record = new AccessRecord(functions);
    }

    /// <summary>With the administrator alone, and no policies.</summary>
    public static AccessControl None { get; } =
        new([], new Dictionary<string, IReadOnlyList<PolicyStatement>>(), _ => { });

    public AccessRecord Record { get; }

    /// <returns>Null when nobody has this key.</returns>
    public Principal? Find(string accessKeyId) => _principals.GetValueOrDefault(accessKeyId);

    /// <summary>Of a request that has no condition keys of its own.</summary>
    /// <inheritdoc cref="Require(AccessRequest)"/>
    public void Require(Principal principal, string action, string resource) =>
        Require(new AccessRequest(principal, action, resource, AccessRequest.CommonContext(principal)));

    /// <exception cref="AccessDeniedException">The policies do not allow it.</exception>
    public void Require(AccessRequest request)
    {
        var own = OwnOf(request);
        if (Refusal(request, own) is { } refusal)
        {
            Record.Deny(request);
            Say(request, refusal);
            throw new AccessDeniedException(
                $"User: {request.Principal.Arn} is not authorized to perform: {request.Action} "
                + $"on resource: \"{request.Resource}\" {refusal.Because}");
        }

        Record.Use(request, own);
    }

    /// <summary>Whether it would be allowed, which counts as a use of it if so.</summary>
    public bool Allows(AccessRequest request)
    {
        var own = OwnOf(request);
        var allows = Refusal(request, own) is null;
        if (allows)
        {
            Record.Use(request, own);
        }

        return allows;
    }

    /// <summary>What the principal's own policies say of a request.</summary>
    private static List<PolicyStatement> OwnOf(AccessRequest request) =>
        [.. (request.Principal.Function?.Policies.Statements ?? []).Where(s => s.Matches(request))];

    private Refusal? Refusal(AccessRequest request, List<PolicyStatement> own)
    {
        var policies = request.Principal.Function?.Policies;
        var others = PoliciesOf(request.Resource).Where(s => s.Matches(request)).ToList();
        if (own.Concat(others).FirstOrDefault(s => !s.Allows) is { } denial)
        {
            var kind = denial.Principals is null ? "an identity-based" : "a resource-based";
            return new Refusal($"with an explicit deny in {kind} policy", $"denied at {denial.At}");
        }

        // Whoever has policies that cannot be judged here is let do all.
        return policies is null || policies.Unjudged.Count > 0 || own.Count + others.Count > 0
            ? null
            : new Refusal(
                $"because no identity-based policy allows the {request.Action} action",
                $"not among what is granted at {policies.At}");
    }

    private IReadOnlyList<PolicyStatement> PoliciesOf(string resource)
    {
        // An object's are its bucket's.
        var slash = resource.IndexOf('/', StringComparison.Ordinal);
        return _resourcePolicies.GetValueOrDefault(slash < 0 ? resource : resource[..slash]) ?? [];
    }

    private void Say(AccessRequest request, Refusal refusal)
    {
        var who = request.Principal.Function?.LogicalId ?? "the administrator";
        if (_said.TryAdd($"{who} {request.Action} {refusal.At}", 0))
        {
            _say($"access denied: {who} may not {request.Action} on {request.Resource}: {refusal.At}");
        }
    }
}

/// <param name="Because">As IAM words it.</param>
/// <param name="At">For the developer, with file and line.</param>
internal sealed record Refusal(string Because, string At);

/// <summary>The policies do not allow a request; the message is the one that IAM gives.</summary>
internal sealed class AccessDeniedException(string message) : Exception(message);
