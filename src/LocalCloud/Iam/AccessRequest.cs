namespace PhotoLambda.Local.Iam;

/// <summary>Somebody wants to do something to something.</summary>
/// <param name="Action">For example <c>s3:PutObject</c>.</param>
/// <param name="Resource">An ARN.</param>
/// <param name="Context">The condition keys that this request has; case is ignored.</param>
internal sealed record AccessRequest(
    Principal Principal, string Action, string Resource, IReadOnlyDictionary<string, string> Context)
{
    /// <summary>A service of AWS, such as <c>s3.amazonaws.com</c>, that asks in place of the principal.</summary>
    public string? Service { get; init; }

    /// <summary>The keys that every request has.</summary>
    /// <remarks>
    /// IAM/latest/UserGuide/reference_policies_condition-keys.html. Requests come over the loopback, as safe as TLS.
    /// </remarks>
    public static Dictionary<string, string> CommonContext(Principal principal) =>
        new(StringComparer.OrdinalIgnoreCase)
        {
            ["aws:SecureTransport"] = "true",
            ["aws:PrincipalAccount"] = CloudIdentity.AccountId,
            ["aws:PrincipalArn"] = principal.RoleArn,
            ["aws:PrincipalIsAWSService"] = "false",
        };
}
