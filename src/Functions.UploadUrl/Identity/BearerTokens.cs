using System.Text.Encodings.Web;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PhotoLambda.UploadUrl.Identity;

internal static class BearerTokens
{
    public const string Scheme = "Bearer";

    /// <summary>Adds the scheme "Bearer" and the policies of <see cref="AddScopePolicies"/>.</summary>
    /// <exception cref="InvalidOperationException">Names each option that is missing or wrong.</exception>
    public static IServiceCollection AddBearerTokens(this IServiceCollection services, BearerTokenOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options.Validated());
        services.AddSingleton<KeySetClient>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<TokenVerifier>();
        // The core only: AddAuthentication would also bring Data Protection, which writes keys to the disk at start.
        services.TryAddSingleton(UrlEncoder.Default);
        services.AddTransient<BearerTokenHandler>();
        services.AddAuthenticationCore(authentication =>
        {
            authentication.DefaultScheme = Scheme;
            authentication.AddScheme<BearerTokenHandler>(Scheme, displayName: null);
        });
        return services.AddScopePolicies();
    }

    /// <summary>
    /// Adds one authorization policy for each of <see cref="Scopes.All"/>. With these alone, the scheme "Bearer" is
    /// free for a package, whose principals need the claims <c>sub</c>, <c>org_id</c> and <c>scope</c> by these names.
    /// </summary>
    public static IServiceCollection AddScopePolicies(this IServiceCollection services)
    {
        var authorization = services.AddAuthorizationBuilder();
        foreach (var scope in Scopes.All)
        {
            authorization.AddPolicy(scope, policy => policy
                .RequireAuthenticatedUser()
                .RequireAssertion(context => Caller.From(context.User)?.Scopes.Contains(scope) is true));
        }

        return services;
    }
}
