using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PhotoLambda.Local.S3;

/// <summary>One request as S3 sees it.</summary>
internal sealed class S3Request
{
    /// <exception cref="S3Exception">The target cannot be decoded, or the key is too long.</exception>
    public S3Request(HttpContext http, string requestId)
    {
        Http = http;
        RequestId = requestId;
        Target = new RequestTarget(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        (Bucket, Key) = BucketAddress.Resolve(http.Request.Host.Host, Target.Path);
        IsPresigned = HasQuery("X-Amz-Signature") || HasQuery("X-Amz-Algorithm") || HasQuery("X-Amz-Credential");
        BucketAddress.CheckKey(Key ?? "");
    }

    public HttpContext Http { get; }

    public string RequestId { get; }

    public RequestTarget Target { get; }

    public string? Bucket { get; }

    public string? Key { get; }

    /// <summary>The signature is in the query.</summary>
    public bool IsPresigned { get; }

    /// <summary>Set once the signature is verified.</summary>
    public VerifiedSignature? Signature { get; set; }

    /// <summary>Set once the caller is known.</summary>
    public S3Access? Access { get; set; }

    public string Method => Http.Request.Method;

    public HttpResponse Response => Http.Response;

    public CancellationToken Aborted => Http.RequestAborted;

    public EventOrigin Origin(string eventName)
    {
        var client = Http.Connection.RemoteIpAddress ?? IPAddress.Loopback;
        client = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        return new(eventName, client.ToString(), RequestId);
    }

    public bool HasQuery(string name) =>
        Target.Query.Any(pair => pair.Key.Equals(name, StringComparison.OrdinalIgnoreCase));

    public string? Query(string name) =>
        Target.Query.FirstOrDefault(pair => pair.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>
    /// A header; on a presigned request also an <c>x-amz-*</c> query parameter, where presigners may hoist headers to.
    /// </summary>
    /// <returns>Null when there is none.</returns>
    public string? Header(string name)
    {
        if (Http.Request.Headers.TryGetValue(name, out var value))
        {
            return value.ToString();
        }

        return IsPresigned && name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase) ? Query(name) : null;
    }

    /// <summary>All headers, those hoisted into the query of a presigned request included.</summary>
    public IEnumerable<KeyValuePair<string, string>> Headers()
    {
        var sent = Http.Request.Headers.Select(h => KeyValuePair.Create(h.Key, h.Value.ToString()));
        return IsPresigned
            ? Target.Query.Where(q => q.Key.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase)).Concat(sent)
            : sent;
    }
}
