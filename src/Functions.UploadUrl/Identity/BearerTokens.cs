using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PhotoLambda.UploadUrl.Identity;

internal static class BearerTokens
{
    public const string Scheme = "Bearer";

    /// <summary>Adds the scheme "Bearer" and one authorization policy for each of <see cref="Scopes.All"/>.</summary>
    /// <exception cref="InvalidOperationException">Names each option that is missing or wrong.</exception>
    public static IServiceCollection AddBearerTokens(this IServiceCollection services, BearerTokenOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options.Validated());
        services.AddSingleton<KeySetClient>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<TokenVerifier>();
        services.AddAuthentication(Scheme).AddScheme<AuthenticationSchemeOptions, BearerTokenHandler>(Scheme, null);
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
