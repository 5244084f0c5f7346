using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.Identity;

/// <summary>What the local issuer answers under <c>/_local</c>.</summary>
/// <param name="audience">The <c>aud</c> of its tokens.</param>
/// <param name="makeOrganization">Makes the organization of a token if it is not there yet.</param>
internal sealed class IdentityEndpoints(
    LocalIssuer issuer, string audience, Func<string, CancellationToken, Task> makeOrganization)
{
    private const int MaxIdLength = 255;
    private const int MaxScopeLength = 1_000;

    // Without photos:process: that is the processor's, who asks for it by name.
    private const string UsualScope = "photos:read photos:write projects:write";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary><c>GET /_local/token?sub=&amp;org=&amp;scope=</c>, each of which may be left out.</summary>
    public async Task TokenAsync(HttpContext context)
    {
        var errors = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var subject = Read(context.Request.Query, "sub", "demo", MaxIdLength, errors);
        var organization = Read(context.Request.Query, "org", "demo", MaxIdLength, errors);
        var scope = Read(context.Request.Query, "scope", UsualScope, MaxScopeLength, errors);
        if (errors.Count > 0)
        {
            await ValidationProblem.WriteAsync(context, errors);
            return;
        }

        await makeOrganization(organization, context.RequestAborted);
        var token = issuer.CreateToken(subject, organization, scope, audience, Lifetime);
        context.Response.Headers.CacheControl = "no-store";
        await WriteAsync(context, "application/json", json =>
        {
            json.WriteString("access_token", token);
            json.WriteString("token_type", "Bearer");
            json.WriteNumber("expires_in", (long)Lifetime.TotalSeconds);
        });
    }

    /// <summary><c>GET /_local/jwks.json</c></summary>
    public async Task KeySetAsync(HttpContext context)
    {
        context.Response.ContentType = "application/jwk-set+json";
        await context.Response.Body.WriteAsync(issuer.KeySet(), context.RequestAborted);
    }

    /// <summary><c>GET /_local/.well-known/openid-configuration</c></summary>
    public async Task DiscoveryAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(issuer.Discovery(), context.RequestAborted);
    }

    private static string Read(
        IQueryCollection query, string name, string usual, int maxLength, SortedDictionary<string, string> errors)
    {
        if (!query.TryGetValue(name, out var values))
        {
            return usual;
        }

        var value = values.ToString();
        var error = values.Count > 1 ? "is given more than once"
            : value.Trim().Length == 0 ? "is empty"
            : value.Length > maxLength ? $"is {value.Length} characters long; at most {maxLength} are allowed"
            : value.Any(char.IsControl) ? "has control characters"
            : name == "scope" && value.Any(c => c is '"' or '\\' or > '~')
                ? "has characters that a scope may not have (RFC 6749, 3.3)"
            : null;
        if (error is not null)
        {
            errors[name] = error;
        }

        return value;
    }

    private static async Task WriteAsync(HttpContext context, string contentType, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = contentType;
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    }
}
