using System.Security.Claims;

namespace PhotoLambda.UploadUrl.Identity;

/// <summary>Who sent the request, as a verified token says.</summary>
/// <param name="OrganizationId">The tenant; everything the caller sees belongs to it.</param>
internal sealed record Caller(string Subject, string OrganizationId, IReadOnlySet<string> Scopes)
{
    public const string SubjectClaim = "sub";
    public const string OrganizationClaim = "org_id";
    public const string ScopeClaim = "scope";

    /// <summary>Reads the caller from a principal, ours or that of another handler of the Bearer scheme.</summary>
    /// <returns>Null if the principal is not authenticated or lacks a subject or an organization.</returns>
    public static Caller? From(ClaimsPrincipal principal) =>
        principal.Identity is { IsAuthenticated: true }
        && principal.FindFirst(SubjectClaim) is { } subject
        && principal.FindFirst(OrganizationClaim) is { } organization
            ? new(subject.Value, organization.Value, principal.FindAll(ScopeClaim)
                .SelectMany(c => c.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .ToHashSet(StringComparer.Ordinal))
            : null;

    /// <summary>Lets a route handler take the caller as a parameter; the route must require authorization.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context) => ValueTask.FromResult(
        From(context.User) ?? throw new InvalidOperationException("The route takes a Caller but lets anyone in."));

    public ClaimsPrincipal ToPrincipal(string scheme)
    {
        var identity = new ClaimsIdentity(scheme, SubjectClaim, roleType: null);
        identity.AddClaim(new(SubjectClaim, Subject));
        identity.AddClaim(new(OrganizationClaim, OrganizationId));
        identity.AddClaims(Scopes.Select(scope => new Claim(ScopeClaim, scope)));
        return new(identity);
    }
}
