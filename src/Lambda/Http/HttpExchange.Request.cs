using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PhotoLambda.Lambda;

internal sealed partial class HttpExchange : IHttpRequestFeature, IHttpRequestBodyDetectionFeature
{
    private Stream _requestBody = NewBody(request.Body);
    private IHeaderDictionary _requestHeaders = WithTrace(request.Headers, context.TraceId);

    public bool CanHaveBody => request.Body.Length > 0;

    string IHttpRequestFeature.Protocol { get; set; } = "HTTP/1.1";

    string IHttpRequestFeature.Scheme { get; set; } =
        request.Headers["X-Forwarded-Proto"] is [{ Length: > 0 } scheme, ..] ? scheme : "https";

    string IHttpRequestFeature.Method { get; set; } = request.Method;

    string IHttpRequestFeature.PathBase { get; set; } = request.PathBase;

    string IHttpRequestFeature.Path { get; set; } = request.Path;

    string IHttpRequestFeature.QueryString { get; set; } = request.Query;

    string IHttpRequestFeature.RawTarget { get; set; } = request.RawPath + request.Query;

    [AllowNull]
    IHeaderDictionary IHttpRequestFeature.Headers
    {
        get => _requestHeaders;
        set => _requestHeaders = value ?? new HeaderDictionary();
    }

    Stream IHttpRequestFeature.Body
    {
        get => _requestBody;
        set => _requestBody = value;
    }

    private static Stream NewBody(byte[] body) =>
        body.Length == 0 ? Stream.Null : new MemoryStream(body, writable: false);

    /// <summary>The trace of the host goes on in the application, unless the client sent one of its own.</summary>
    private static IHeaderDictionary WithTrace(IHeaderDictionary headers, string? traceId)
    {
        if (headers.TraceParent.Count == 0 && XRayTrace.TraceParent(traceId) is { } traceParent)
        {
            headers.TraceParent = traceParent;
        }

        return headers;
    }
}
