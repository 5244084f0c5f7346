using System.Globalization;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Gateway;

/// <summary>CORS as an HTTP API does it once it is configured: preflights never reach a function.</summary>
/// <remarks>apigateway/latest/developerguide/http-api-cors.html</remarks>
internal sealed class HttpApiCorsHeaders(HttpApiCors cors)
{
    /// <summary>Answers a preflight; from an origin that is not allowed with a 204 that has no CORS headers.</summary>
    /// <returns>False when the request is none.</returns>
    public bool TryAnswerPreflight(HttpContext context)
    {
        var request = context.Request.Headers;
        if (!HttpMethods.IsOptions(context.Request.Method)
            || request.Origin.Count == 0
            || request.AccessControlRequestMethod.Count == 0)
        {
            return false;
        }

        context.Response.StatusCode = 204;
        if (Allow(context))
        {
            var headers = context.Response.Headers;
            Set(cors.AllowMethods, value => headers.AccessControlAllowMethods = value);
            Set(cors.AllowHeaders, value => headers.AccessControlAllowHeaders = value);
            if (cors.MaxAge is { } seconds)
            {
                headers.AccessControlMaxAge = seconds.ToString(CultureInfo.InvariantCulture);
            }
        }

        return true;
    }

    /// <summary>Adds what a page needs to read the response.</summary>
    public void AddTo(HttpContext context)
    {
        if (Allow(context))
        {
            Set(cors.ExposeHeaders, value => context.Response.Headers.AccessControlExposeHeaders = value);
        }
    }

    private static void Set(IReadOnlyList<string> values, Action<string> set)
    {
        if (values.Count > 0)
        {
            set(string.Join(',', values));
        }
    }

    private bool Allow(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || !cors.AllowOrigins.Any(allowed => Covers(allowed, origin)))
        {
            return false;
        }

        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = cors.AllowOrigins.Contains("*") ? "*" : origin;
        if (headers.AccessControlAllowOrigin != "*")
        {
            headers.Append("Vary", "Origin");
        }

        if (cors.AllowCredentials)
        {
            headers.AccessControlAllowCredentials = "true";
        }

        return true;
    }

    /// <summary>A star stands alone or after a scheme: <c>https://*</c>.</summary>
    private static bool Covers(string allowed, string origin) =>
        allowed == "*"
        || string.Equals(allowed, origin, StringComparison.OrdinalIgnoreCase)
        || (allowed.EndsWith("://*", StringComparison.Ordinal)
            && origin.StartsWith(allowed[..^1], StringComparison.OrdinalIgnoreCase));
}
