using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.Iam;
using PhotoLambda.Local.S3;

namespace PhotoLambda.Local.Cdn;

/// <summary>CloudFront's <c>CreateInvalidation</c>. There is no cache here: an invalidation is only kept.</summary>
/// <remarks>cloudfront/latest/APIReference/API_CreateInvalidation.html</remarks>
internal sealed class InvalidationApi(CloudFrontStore state, AccessControl access, TimeProvider time)
{
    private const string Prefix = "/2020-05-31/distribution/";
    private const string Suffix = "/invalidation";
    private const int MaximumBody = 16 * 1_024 * 1_024;

    private static readonly XNamespace Space = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

    /// <summary>Tells requests to CloudFront from those to S3, which share an endpoint.</summary>
    public static bool Matches(HttpRequest request) =>
        HttpMethods.IsPost(request.Method)
        && request.Path.Value!.StartsWith(Prefix, StringComparison.Ordinal)
        && request.Path.Value!.EndsWith(Suffix, StringComparison.Ordinal);

    public async Task HandleAsync(HttpContext http)
    {
        var requestId = Guid.NewGuid().ToString();
        http.Response.Headers["x-amzn-RequestId"] = requestId;
        try
        {
            var body = await PayloadLimits.ReadAsync(http.Request, MaximumBody, http.RequestAborted)
                ?? throw new CloudFrontRefusal(413, "BatchTooLarge", $"The body may have {MaximumBody} bytes.");
            var distribution = http.Request.Path.Value![Prefix.Length..^Suffix.Length];
            var principal = CloudFrontSignature.Verify(http.Request, body, access, time.GetUtcNow());
            Authorize(principal, distribution);
            var made = state.Add(Read(distribution, body));
            http.Response.Headers.Location =
                $"{http.Request.Scheme}://{http.Request.Host}{http.Request.Path}/{made.Id}";
            await http.Response.WriteAsync(Describe(made), StatusCodes.Status201Created);
        }
        catch (CloudFrontRefusal e)
        {
            var error = new XElement(Space + "Error", new XElement(Space + "Type", "Sender"),
                new XElement(Space + "Code", e.Code), new XElement(Space + "Message", e.Message));
            await http.Response.WriteAsync(
                new XElement(Space + "ErrorResponse", error, new XElement(Space + "RequestId", requestId)), e.Status);
        }
    }

    private void Authorize(Principal principal, string distributionId)
    {
        try
        {
            access.Require(
                principal, "cloudfront:CreateInvalidation", CloudIdentity.DistributionArn(distributionId));
        }
        catch (AccessDeniedException denied)
        {
            throw new CloudFrontRefusal(403, "AccessDenied", denied.Message);
        }
    }

    private Invalidation Read(string distributionId, byte[] body)
    {
        if (distributionId.Length == 0 || !distributionId.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)))
        {
            throw new CloudFrontRefusal(404, "NoSuchDistribution",
                $"A distribution's id has upper-case letters and digits; it is '{distributionId}'.");
        }

        var batch = InvalidationBatch.Read(body);
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        return new Invalidation("I" + RandomNumberGenerator.GetString(Letters, 13), distributionId, batch.Reference,
            batch.Paths, time.GetUtcNow());
    }

    private static XElement Describe(Invalidation made) => new(
        Space + "Invalidation",
        new XElement(Space + "Id", made.Id),
        new XElement(Space + "Status", "Completed"),
        new XElement(Space + "CreateTime", S3Time.Iso(made.Created)),
        new XElement(Space + "InvalidationBatch",
            new XElement(Space + "Paths",
                new XElement(Space + "Quantity", made.Paths.Count),
                new XElement(Space + "Items", made.Paths.Select(path => new XElement(Space + "Path", path)))),
            new XElement(Space + "CallerReference", made.Reference)));
}
