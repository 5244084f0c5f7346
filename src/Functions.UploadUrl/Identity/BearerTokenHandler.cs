using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace PhotoLambda.UploadUrl.Identity;

/// <summary>
/// The scheme "Bearer" of RFC 6750, tokens in the Authorization header alone, or those of an authorizer in front of it.
/// Another handler of that scheme can take its place: the rest of the program asks for claims and policies.
/// </summary>
internal sealed partial class BearerTokenHandler(
    TokenVerifier verifier,
    BearerTokenOptions tokens,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Prefix = "Bearer ";

    private TokenFault? _fault;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (tokens.FromGatewayAuthorizer)
        {
            return verifier.VerifyAuthorized(Context) is { } authorized
                ? Result(authorized)
                : AuthenticateResult.NoResult();
        }

        var header = Request.Headers.Authorization;
        if (!header.Any(h => h!.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)))
        {
            return AuthenticateResult.NoResult();
        }

        return Result(header.Count > 1
            ? new(null, TokenFault.Malformed)
            : await verifier.VerifyAsync(header[0]![Prefix.Length..].Trim(' '), Context.RequestAborted));
    }

    private AuthenticateResult Result(Verification verification)
    {
        var (caller, fault) = verification;
        if (caller is not null)
        {
            return AuthenticateResult.Success(new(caller.ToPrincipal(Scheme.Name), Scheme.Name));
        }

        _fault = fault;
        Log.Refused(Logger, fault!.Code, fault.Description);
        return AuthenticateResult.Fail(fault.Description);
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await HandleAuthenticateOnceSafeAsync();
        if (_fault == TokenFault.KeysUnavailable)
        {
            Response.Headers.RetryAfter = "5";
            await RefuseAsync(new(StatusCodes.Status503ServiceUnavailable, _fault.Code, _fault.Description));
            return;
        }

        // Without a token there is no error to name (RFC 6750, 3.1).
        Response.Headers.Append(HeaderNames.WWWAuthenticate, _fault is null
            ? "Bearer"
            : $"Bearer error=\"invalid_token\", error_description=\"{_fault.Description}\"");
        await RefuseAsync(new(
            StatusCodes.Status401Unauthorized, _fault?.Code ?? "missing_token",
            _fault?.Description ?? "A token is needed: Authorization: Bearer <token>."));
    }

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var needed = string.Join(' ', (Context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>() ?? [])
            .Select(a => a.Policy).OfType<string>().Distinct());
        Response.Headers.Append(
            HeaderNames.WWWAuthenticate, $"Bearer error=\"insufficient_scope\", scope=\"{needed}\"");
        await RefuseAsync(new(
            StatusCodes.Status403Forbidden, "insufficient_scope", $"The token lacks the scope {needed}."));
    }

    private async Task RefuseAsync(Refusal refusal)
    {
        Response.StatusCode = refusal.Status;
        if (tokens.OnRefused is { } write)
        {
            await write(Context, refusal);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "A token was refused ({Code}): {Description}")]
        public static partial void Refused(ILogger logger, string code, string description);
    }
}
