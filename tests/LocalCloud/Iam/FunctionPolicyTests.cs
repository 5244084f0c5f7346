using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using PhotoLambda.Local.Iam;

namespace PhotoLambda.Tests;

public class FunctionPolicyTests
{
    private const string Photos = "arn:aws:s3:::photos";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_granted_is_done_and_recorded()
    {
        await using var store = await GuardedStore.StartAsync(Allow("[s3:PutObject, s3:GetObject]", "photos/in/*"));
        await PutAsync(store.Worker, "in/a");

        var put = new Grant("s3:PutObject", Photos + "/in/*");
        Assert.Equal([(put, 1L)], store.Access.Record.UsedBy("Worker"));
        var granted = AccessRecord.GrantsOf(store.Access.Record.Functions.Single());
        Assert.Equal([put, put with { Action = "s3:GetObject" }], granted);
        Assert.Empty(store.Said);
    }

    [Fact]
    public async Task What_is_not_granted_is_refused_and_said_once()
    {
        await using var store = await GuardedStore.StartAsync(Allow("s3:PutObject", "photos/in/*"));
        for (var i = 0; i < 2; i++)
        {
            var refusal = await Assert.ThrowsAsync<AmazonS3Exception>(() => PutAsync(store.Worker, "out/a"));
            Assert.Equal((HttpStatusCode.Forbidden, "AccessDenied"), (refusal.StatusCode, refusal.ErrorCode));
            Assert.Equal(
                "User: arn:aws:sts::000000000000:assumed-role/photolambda-WorkerRole/photolambda-Worker is not "
                + $"authorized to perform: s3:PutObject on resource: \"{Photos}/out/a\" because no identity-based "
                + "policy allows the s3:PutObject action",
                refusal.Message);
        }

        var line = Assert.Single(store.Said);
        Assert.Matches(
            @"Worker may not s3:PutObject on arn:aws:s3:::photos/out/a: .* granted at .*\.yaml\(7\)$", line);
        Assert.Equal(2, Assert.Single(store.Access.Record.DeniedTo("Worker")).Times);
    }

    [Fact]
    public async Task A_function_without_policies_may_do_nothing()
    {
        await using var store = await GuardedStore.StartAsync("[]");
        await Assert.ThrowsAsync<AmazonS3Exception>(() => PutAsync(store.Worker, "a"));
    }

    [Theory]
    [InlineData("arn:aws:iam::aws:policy/AmazonS3FullAccess")]
    [InlineData("[{S3CrudPolicy: {BucketName: photos}}]")]
    public async Task A_function_with_a_policy_that_cannot_be_judged_may_do_all(string policies)
    {
        await using var store = await GuardedStore.StartAsync(policies);
        await PutAsync(store.Worker, "a");
        Assert.Contains(
            "is not judged here, and Worker may do all", GuardedStore.Load(policies).Ignored.Single().Type,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_of_lambda_itself_grants_nothing_to_the_program()
    {
        await using var store = await GuardedStore.StartAsync("[AWSLambdaVPCAccessExecutionRole]");
        await Assert.ThrowsAsync<AmazonS3Exception>(() => PutAsync(store.Worker, "a"));
    }

    [Theory]
    [InlineData("s3:GetObject", HttpStatusCode.Forbidden)]
    [InlineData("[s3:GetObject, s3:ListBucket]", HttpStatusCode.NotFound)]
    public async Task A_missing_object_is_forbidden_to_whoever_may_not_list(string actions, HttpStatusCode expected)
    {
        await using var store = await GuardedStore.StartAsync(
            $"{{Statement: {{Effect: Allow, Action: {actions}, Resource: ['{Photos}', '{Photos}/*']}}}}");
        var missing = await Assert.ThrowsAnyAsync<AmazonS3Exception>(
            () => store.Worker.GetObjectAsync("photos", "none", Stop));
        Assert.Equal(expected, missing.StatusCode);
    }

    [Fact]
    public async Task A_presigned_url_can_do_what_its_signer_may()
    {
        await using var store = await GuardedStore.StartAsync(Allow("s3:GetObject", "photos/in/*"));
        await PutAsync(store.Server.Client, "in/a");
        await PutAsync(store.Server.Client, "out/a");
        Assert.Equal(HttpStatusCode.OK, await GetAsync("in/a"));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync("out/a"));

        async Task<HttpStatusCode> GetAsync(string key)
        {
            var url = store.Worker.GetPreSignedURL(new GetPreSignedUrlRequest
            {
                BucketName = "photos",
                Key = key,
                Protocol = Protocol.HTTP,
                Expires = DateTime.UtcNow.AddMinutes(5),
            });
            using var answer = await store.Server.Http.GetAsync(url, Stop);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Parts_are_permissions_of_their_own()
    {
        await using var store = await GuardedStore.StartAsync(Allow("s3:PutObject", "photos/*"));
        var upload = await store.Worker.InitiateMultipartUploadAsync("photos", "a", Stop);
        var denied = await Assert.ThrowsAsync<AmazonS3Exception>(
            () => store.Worker.AbortMultipartUploadAsync("photos", "a", upload.UploadId, Stop));
        Assert.Contains("s3:AbortMultipartUpload", denied.Message, StringComparison.Ordinal);
        denied = await Assert.ThrowsAsync<AmazonS3Exception>(
            () => store.Worker.ListPartsAsync("photos", "a", upload.UploadId, Stop));
        Assert.Contains("s3:ListMultipartUploadParts", denied.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_object_of_a_mass_deletion_is_judged()
    {
        await using var store = await GuardedStore.StartAsync(Allow("s3:DeleteObject", "photos/in/*"));
        await PutAsync(store.Server.Client, "in/a");
        await PutAsync(store.Server.Client, "out/a");
        var partly = await Assert.ThrowsAsync<DeleteObjectsException>(() => store.Worker.DeleteObjectsAsync(
            new DeleteObjectsRequest
            {
                BucketName = "photos",
                Objects = [new() { Key = "in/a" }, new() { Key = "out/a" }],
            },
            Stop));
        var error = Assert.Single(partly.Response.DeleteErrors);
        Assert.Equal(("out/a", "AccessDenied"), (error.Key, error.Code));
    }

    private static string Allow(string actions, string resource) =>
        $"{{Statement: {{Effect: Allow, Action: {actions}, Resource: 'arn:aws:s3:::{resource}'}}}}";

    private static Task<PutObjectResponse> PutAsync(AmazonS3Client client, string key) => client.PutObjectAsync(
        new PutObjectRequest { BucketName = "photos", Key = key, ContentBody = "x" }, Stop);
}
