using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace PhotoLambda.Tests;

public class BucketPolicyTests
{
    private const string CreateOnly = "{Effect: Deny, Principal: '*', Action: s3:PutObject, "
        + "Resource: 'arn:aws:s3:::photos/*', Condition: {'Null': {s3:if-none-match: 'true'}, "
        + "Bool: {s3:ObjectCreationOperation: 'true'}}}";

    private const string Young = "{Effect: Deny, Principal: '*', Action: s3:PutObject, "
        + "Resource: 'arn:aws:s3:::photos/*', Condition: {NumericGreaterThan: {s3:signatureAge: '900000'}}}";

    private const string Encrypted = "{Effect: Deny, Principal: '*', Action: 's3:*', "
        + "Resource: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*'], "
        + "Condition: {Bool: {aws:SecureTransport: 'false'}}}, "
        + "{Effect: Deny, Principal: '*', Action: 's3:*', Resource: ['arn:aws:s3:::photos/*'], "
        + "Condition: {NumericLessThan: {s3:TlsVersion: 1.2}}}";

    private const string All =
        "{Statement: {Effect: Allow, Action: 's3:*', Resource: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*']}}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_put_that_could_replace_is_denied()
    {
        await using var store = await GuardedStore.StartAsync(All, $"[{CreateOnly}]");
        var denied = await Assert.ThrowsAsync<AmazonS3Exception>(() => PutAsync(store.Worker, "a", null));
        Assert.Contains("with an explicit deny in a resource-based policy", denied.Message, StringComparison.Ordinal);
        Assert.Contains("denied at ", Assert.Single(store.Said), StringComparison.Ordinal);

        await PutAsync(store.Worker, "a", "*");
        var exists = await Assert.ThrowsAsync<AmazonS3Exception>(() => PutAsync(store.Worker, "a", "*"));
        Assert.Equal(HttpStatusCode.PreconditionFailed, exists.StatusCode);
        // The owner of the account is no exception.
        await Assert.ThrowsAsync<AmazonS3Exception>(() => PutAsync(store.Server.Client, "b", null));
    }

    [Fact]
    public async Task Parts_need_no_condition_but_their_completion_does()
    {
        await using var store = await GuardedStore.StartAsync(All, $"[{CreateOnly}]");
        var upload = await store.Worker.InitiateMultipartUploadAsync("photos", "a", Stop);
        var part = await store.Worker.UploadPartAsync(new UploadPartRequest
        {
            BucketName = "photos",
            Key = "a",
            UploadId = upload.UploadId,
            PartNumber = 1,
            InputStream = new MemoryStream([1]),
        }, Stop);
        var complete = new CompleteMultipartUploadRequest
        {
            BucketName = "photos",
            Key = "a",
            UploadId = upload.UploadId,
            PartETags = [new(part)],
        };
        await Assert.ThrowsAsync<AmazonS3Exception>(
            () => store.Worker.CompleteMultipartUploadAsync(complete, Stop));
        complete.IfNoneMatch = "*";
        await store.Worker.CompleteMultipartUploadAsync(complete, Stop);
    }

    [Theory]
    [InlineData(14, HttpStatusCode.OK)]
    [InlineData(16, HttpStatusCode.Forbidden)]
    public async Task An_old_signature_is_denied(int minutes, HttpStatusCode expected)
    {
        await using var store = await GuardedStore.StartAsync(All, $"[{Young}, {Encrypted}]");
        var url = store.Worker.GetPreSignedURL(new GetPreSignedUrlRequest
        {
            BucketName = "photos",
            Key = "a",
            Verb = HttpVerb.PUT,
            Protocol = Protocol.HTTP,
            Expires = DateTime.UtcNow.AddHours(1),
        });
        store.Server.Clock.Offset = TimeSpan.FromMinutes(minutes);
        using var answer = await store.Server.Http.PutAsync(url, new ByteArrayContent([1]), Stop);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task The_age_of_a_signature_in_the_header_is_not_asked()
    {
        await using var store = await GuardedStore.StartAsync(All, $"[{Young}]");
        store.Server.Clock.Offset = TimeSpan.FromMinutes(-14);
        await PutAsync(store.Worker, "a", null);
    }

    [Fact]
    public async Task A_role_is_allowed_by_the_bucket_alone()
    {
        await using var store = await GuardedStore.StartAsync("[]",
            "[{Effect: Allow, Principal: {AWS: !GetAtt WorkerRole.Arn}, Action: s3:PutObject, "
            + "Resource: 'arn:aws:s3:::photos/*'}]");
        await PutAsync(store.Worker, "a", null);
    }

    private static Task<PutObjectResponse> PutAsync(AmazonS3Client client, string key, string? ifNoneMatch) => client.PutObjectAsync(
        new PutObjectRequest { BucketName = "photos", Key = key, ContentBody = "x", IfNoneMatch = ifNoneMatch }, Stop);
}
