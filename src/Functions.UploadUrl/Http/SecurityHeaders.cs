namespace PhotoLambda.UploadUrl.Http;

/// <summary>
/// What every answer says to browsers, whatever becomes of the request. A route that knows better sets its own.
/// </summary>
/// <seealso href="https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers"/>
internal static class SecurityHeaders
{
    public static Task AddAsync(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (http.Request.IsHttps)
        {
            // Over plain HTTP browsers have to ignore it (RFC 6797, 8.1). API Gateway and function URLs are https.
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        return next(http);
    }
}
