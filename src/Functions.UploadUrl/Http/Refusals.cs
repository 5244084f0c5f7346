using PhotoLambda.UploadUrl.Identity;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>The problems of requests that come without a good token.</summary>
internal static class Refusals
{
    public static Task AnswerAsync(HttpContext http, Refusal refusal) => Problem(refusal).ExecuteAsync(http);

    /// <summary>The caller on a route that requires authorization.</summary>
    public static Caller Caller(this HttpContext http) => Identity.Caller.From(http.User)
        ?? throw new InvalidOperationException("The route takes a caller but lets anyone in.");

    private static Problem Problem(Refusal refusal) => refusal.Status switch
    {
        401 => Problems.Unauthorized(refusal.Detail),
        403 => Problems.Forbidden(refusal.Detail),
        _ => Problems.KeysUnavailable(refusal.Detail),
    };
}
