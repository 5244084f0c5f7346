using System.Globalization;
using PhotoLambda.Local.Iam;

namespace PhotoLambda.Local.S3;

/// <summary>What one request to S3 has to be granted.</summary>
/// <remarks>
/// The condition keys are those of service-authorization/latest/reference/list_amazons3.html, with
/// AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html and userguide/conditional-writes-enforce.html.
/// </remarks>
internal sealed class S3Access(
    AccessControl access, S3Request request, VerifiedSignature signature, DateTimeOffset now)
{
    private readonly Dictionary<string, string> _context = Context(request, signature, now);

    /// <exception cref="AccessDeniedException">The policies do not allow the request.</exception>
    public void Require()
    {
        foreach (var (action, resource) in S3Actions.Of(request))
        {
            Require(action, resource);
        }
    }

    /// <exception cref="AccessDeniedException">The policies do not allow it.</exception>
    public void Require(string action, string resource) =>
        access.Require(new AccessRequest(signature.Principal, action, resource, _context));

    /// <summary>Who may not list a bucket is not told what is missing in it.</summary>
    /// <remarks>AmazonS3/latest/API/API_GetObject.html, "Permissions"</remarks>
    public bool MayKnowOfMissing(S3Exception missing)
    {
        var key = missing.Details.FirstOrDefault(detail => detail.Name == "Key").Value;
        var bucket = request.Key == key || request.Header("x-amz-copy-source") is null
            ? request.Bucket!
            : CopySource.Of(request).Bucket;
        return access.Allows(new AccessRequest(
            signature.Principal, "s3:ListBucket", CloudIdentity.BucketArn(bucket), _context));
    }

    /// <summary>An upload by a browser's form.</summary>
    /// <exception cref="AccessDeniedException">The policies do not allow it.</exception>
    public static void RequirePost(
        AccessControl access, Principal principal, DateTimeOffset signedAt, DateTimeOffset now, string bucket,
        string key, PostForm form)
    {
        var context = Context(principal, "POST");
        context["s3:signatureAge"] = Age(signedAt, now);
        context["s3:ObjectCreationOperation"] = "true";
        Add(context, "s3:if-match", form.Field("If-Match"));
        Add(context, "s3:if-none-match", form.Field("If-None-Match"));
        access.Require(new AccessRequest(
            principal, S3Actions.Put, $"{CloudIdentity.BucketArn(bucket)}/{key}", context));
    }

    private static Dictionary<string, string> Context(
        S3Request request, VerifiedSignature signature, DateTimeOffset now)
    {
        var context = Context(signature.Principal, request.IsPresigned ? "REST-QUERY-STRING" : "REST-HEADER");
        if (request.IsPresigned)
        {
            context["s3:signatureAge"] = Age(signature.Time, now);
        }

        if (request is { Key: null, Method: "GET" })
        {
            Add(context, "s3:prefix", request.Query("prefix"));
        }

        if (request is { Key: not null, Method: "PUT" or "POST" })
        {
            // Parts make no object, nor does it to begin with them; to complete them does.
            var begins = request.HasQuery("uploads") || (request.Method == "PUT" && request.HasQuery("uploadId"));
            context["s3:ObjectCreationOperation"] = begins ? "false" : "true";
        }

        Add(context, "s3:if-match", request.Header("If-Match"));
        Add(context, "s3:if-none-match", request.Header("If-None-Match"));
        return context;
    }

    private static Dictionary<string, string> Context(Principal principal, string authType)
    {
        var context = AccessRequest.CommonContext(principal);
        context["s3:authType"] = authType;
        context["s3:signatureversion"] = "AWS4-HMAC-SHA256";
        // Of a connection over the loopback, which needs none.
        context["s3:TlsVersion"] = "1.3";
        return context;
    }

    /// <summary>In milliseconds; of presigned URLs and forms alone.</summary>
    private static string Age(DateTimeOffset signedAt, DateTimeOffset now) =>
        Math.Max(0, (long)(now - signedAt).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private static void Add(Dictionary<string, string> context, string key, string? value)
    {
        if (value is not null)
        {
            context[key] = value;
        }
    }
}
