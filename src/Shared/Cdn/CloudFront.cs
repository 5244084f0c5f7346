using System.Net.Http.Headers;
using System.Security;
using System.Text;
using PhotoLambda.Aws;

namespace PhotoLambda.Cdn;

/// <summary>
/// CloudFront in front of the buckets: there is nothing to upload. What is published is what a signed URL was seen to
/// reach; what is deleted is invalidated.
/// </summary>
internal sealed class CloudFront(CloudFrontOptions options, AwsEnvironment aws, HttpClient http, TimeProvider time)
    : ICdnPublisher
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProofLifetime = TimeSpan.FromMinutes(5);

    private readonly CdnCalls _calls = new(http, "CloudFront", time);

    // A global service, which is signed for in one region.
    private readonly RequestSigner _signer = new(aws.Credentials, "us-east-1", "cloudfront", time);

    public string Provider => "cloudfront";

    public bool CopiesContent => false;

    public async Task<CdnFile> PublishAsync(
        CdnObject source, DateTimeOffset deadline, CancellationToken cancellation)
    {
        var url = options.Url.AbsoluteUri.TrimEnd('/') + "/" + SigV4.EncodePath(source.Key);
        var signed = options.Signer.Sign(url, time.GetUtcNow() + ProofLifetime);
        var answer = await _calls.SendAsync(
            _ => Task.FromResult(new HttpRequestMessage(HttpMethod.Head, signed)), "a signed URL", Limit, deadline,
            cancellation);
        return answer.IsSuccess ? new CdnFile(source.Key, url) : throw answer.Refusal("CloudFront", "a signed URL");
    }

    public async Task RemoveAsync(CdnAsset asset, DateTimeOffset deadline, CancellationToken cancellation)
    {
        if (asset.FileId is null)
        {
            // It was never published.
            return;
        }

        var url = new Uri(aws.CloudFrontEndpoint, $"/2020-05-31/distribution/{options.DistributionId}/invalidation");
        // Sent again it has the same reference, by which CloudFront knows it for the same.
        var path = SecurityElement.Escape("/" + SigV4.EncodePath(asset.FileId));
        var body = Encoding.UTF8.GetBytes($"""
            <InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
            <Paths><Quantity>1</Quantity><Items><Path>{path}</Path></Items></Paths>
            <CallerReference>{asset.Id:N}</CallerReference></InvalidationBatch>
            """);
        var answer = await _calls.SendAsync(
            _ =>
            {
                var content = new ByteArrayContent(body);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/xml");
                var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
                _signer.Sign(request, body);
                return Task.FromResult(request);
            },
            "the invalidation", Limit, deadline, cancellation);
        if (!answer.IsSuccess)
        {
            throw answer.Refusal("CloudFront", "the invalidation");
        }
    }
}
