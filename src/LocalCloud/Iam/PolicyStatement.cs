namespace PhotoLambda.Local.Iam;

/// <summary>One statement of a policy.</summary>
/// <param name="Principals">As <c>*</c>, <c>AWS:arn</c> or <c>Service:name</c>; null in a policy of a role.</param>
/// <param name="Actions">With wildcards, case ignored.</param>
/// <param name="Resources">ARNs, with wildcards.</param>
/// <param name="At">File and line.</param>
internal sealed record PolicyStatement(
    bool Allows,
    IReadOnlyList<string>? Principals,
    IReadOnlyList<string> Actions,
    IReadOnlyList<string> Resources,
    IReadOnlyList<PolicyCondition> Conditions,
    string At)
{
    public bool Matches(AccessRequest request) =>
        Actions.Any(action => Wildcard.Matches(action, request.Action, ignoreCase: true))
        && Resources.Any(resource => Wildcard.Matches(resource, request.Resource))
        && (Principals?.Any(principal => IsThat(principal, request)) ?? true)
        && Conditions.All(condition => condition.Holds(request.Context));

    private bool IsThat(string principal, AccessRequest request) => request.Service is { } service
        ? principal == "*" || principal == "Service:" + service
        : principal is "*" or "AWS:*"
            || principal == "AWS:" + request.Principal.RoleArn || principal == "AWS:" + request.Principal.Arn
            // To name the account hands an allowance on to the roles' own policies; a denial is for all of them.
            || (!Allows && principal is "AWS:" + CloudIdentity.RootArn or "AWS:" + CloudIdentity.AccountId);
}

/// <summary>Of asterisks and question marks.</summary>
internal static class Wildcard
{
    public static bool Matches(string pattern, string text, bool ignoreCase = false) =>
        System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(
            pattern.Replace("\\", "\\\\", StringComparison.Ordinal), text, ignoreCase);
}
