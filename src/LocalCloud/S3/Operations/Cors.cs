using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.S3;

/// <summary>Cross-origin rules of the template. Source: AmazonS3/latest/userguide/cors.html.</summary>
internal sealed class Cors(ObjectStore store)
{
    /// <summary>Answers a preflight request, which browsers send unsigned.</summary>
    /// <exception cref="S3Exception">No rule allows what it asks for.</exception>
    public void Preflight(S3Request request)
    {
        var headers = request.Http.Request.Headers;
        var (origin, method) = (headers.Origin.ToString(), headers.AccessControlRequestMethod.ToString());
        if (origin.Length == 0 || method.Length == 0)
        {
            throw new S3Exception(400, "BadRequest", origin.Length == 0
                ? "Insufficient information. Origin request header needed."
                : "Invalid Access-Control-Request-Method: null");
        }

        var asked = headers.AccessControlRequestHeaders.ToString()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var rules = Rules(request);
        if (rules.Count == 0)
        {
            throw Forbidden("CORSResponse: CORS is not enabled for this bucket.", method);
        }

        var rule = rules.FirstOrDefault(rule => Allows(rule, origin, method)
            && asked.All(header => rule.AllowedHeaders.Any(pattern => Matches(pattern, header))))
            ?? throw Forbidden("CORSResponse: No rule of this bucket allows this origin, method and headers.", method);
        Write(request.Response, rule, origin);
        if (asked.Length > 0)
        {
            request.Response.Headers.AccessControlAllowHeaders =
                string.Join(", ", asked.Select(header => header.ToLowerInvariant()));
        }
    }

    /// <summary>Lets the page see the answer, errors included, when a rule allows it.</summary>
    public void Announce(S3Request request)
    {
        var origin = request.Http.Request.Headers.Origin.ToString();
        if (origin.Length > 0 && Rules(request).FirstOrDefault(r => Allows(r, origin, request.Method)) is { } rule)
        {
            Write(request.Response, rule, origin);
        }
    }

    private IReadOnlyList<CorsRule> Rules(S3Request request) =>
        store.Resources.GetValueOrDefault(request.Bucket ?? "")?.Cors ?? [];

    private static bool Allows(CorsRule rule, string origin, string method) =>
        rule.AllowedMethods.Contains(method) && rule.AllowedOrigins.Any(pattern => Matches(pattern, origin));

    private static void Write(HttpResponse response, CorsRule rule, string origin)
    {
        var any = rule.AllowedOrigins.Contains("*");
        response.Headers.AccessControlAllowOrigin = any ? "*" : origin;
        response.Headers.AccessControlAllowMethods = string.Join(", ", rule.AllowedMethods);
        response.Headers.Vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";
        if (!any)
        {
            response.Headers.AccessControlAllowCredentials = "true";
        }

        if (rule.ExposedHeaders.Count > 0)
        {
            response.Headers.AccessControlExposeHeaders = string.Join(", ", rule.ExposedHeaders);
        }

        if (rule.MaxAge is { } seconds)
        {
            response.Headers.AccessControlMaxAge = $"{seconds}";
        }
    }

    /// <param name="pattern">May hold one <c>*</c>.</param>
    private static bool Matches(string pattern, string text) => pattern.Split('*', 2) is [var head, var tail]
        ? text.Length >= head.Length + tail.Length
            && text.StartsWith(head, StringComparison.OrdinalIgnoreCase)
            && text.EndsWith(tail, StringComparison.OrdinalIgnoreCase)
        : pattern.Equals(text, StringComparison.OrdinalIgnoreCase);

    private static S3Exception Forbidden(string message, string method) =>
        new(403, "AccessForbidden", message, ("Method", method), ("ResourceType", "OBJECT"));
}
