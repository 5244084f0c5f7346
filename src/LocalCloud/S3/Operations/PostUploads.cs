using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Aws;
using PhotoLambda.Local.Iam;

namespace PhotoLambda.Local.S3;

/// <summary>POST Object: an upload by a browser's form, allowed by a signed policy.</summary>
internal sealed class PostUploads(
    ObjectStore store, SignatureVerifier verifier, AccessControl access, TimeProvider clock)
{
    public async Task PostAsync(S3Request request)
    {
        var bucket = request.Bucket!;
        store.RequireBucket(bucket);
        var form = await PostForm.ReadAsync(request.Http.Request, request.Aborted);
        var (policy, principal, signedAt) = PostSignature.Verify(form, verifier);
        policy.Require(form, bucket, clock.GetUtcNow());
        var key = form.Field("key");
        if (string.IsNullOrEmpty(key))
        {
            throw S3Error.InvalidArgument("The form needs a field named 'key', before the file.", "key", "");
        }

        BucketAddress.CheckKey(key);
        S3Access.RequirePost(access, principal, signedAt, clock.GetUtcNow(), bucket, key, form);
        var condition = new WriteCondition(form.Field("If-Match"), form.Field("If-None-Match"));
        condition.Check(key, store.Find(bucket, key));
        await using var blob = store.Blobs.Create();
        var body = await ReceiveAsync(form, policy, blob, request.Aborted);
        var stored = store.Put(bucket, body.ToObject(key, blob, ObjectHeaders.From(form.Fields)), blob, condition,
            request.Origin("ObjectCreated:Post"));
        await AnswerAsync(request, form, stored);
    }

    private static async Task<ReceivedBody> ReceiveAsync(
        PostForm form, PostPolicy policy, NewBlob blob, CancellationToken cancellation)
    {
        var declared = DeclaredChecksum.Read(form.Field);
        using var digest = new BodyDigest([declared?.Algorithm ?? ChecksumAlgorithm.Crc64Nvme], null);
        var size = await RequestBody.CopyAsync(
            form.ReadFileAsync, blob.Stream, digest, policy.MaximumLength, cancellation);
        if (size > policy.MaximumLength)
        {
            throw S3Error.EntityTooLarge(size, policy.MaximumLength);
        }

        if (size < policy.MinimumLength)
        {
            throw S3Error.EntityTooSmall(size, policy.MinimumLength);
        }

        var body = digest.Finish();
        body.CheckMd5(form.Field("Content-MD5"));
        if (declared?.Value is { } value)
        {
            body.CheckChecksum(declared.Algorithm, value);
        }

        return body;
    }

    private static Task AnswerAsync(S3Request request, PostForm form, StoredObject stored)
    {
        var (http, response) = (request.Http.Request, request.Response);
        var etag = $"\"{stored.ETag}\"";
        var location = $"{http.Scheme}://{http.Host}/{request.Bucket}/{SigV4.EncodePath(stored.Key)}";
        response.Headers.ETag = etag;
        response.Headers.Location = location;
        if (Uri.TryCreate(form.Field("success_action_redirect"), UriKind.Absolute, out var redirect))
        {
            var query = SigV4.CanonicalQuery(
                [new("bucket", request.Bucket!), new("key", stored.Key), new("etag", etag)]);
            response.Headers.Location = $"{redirect}{(redirect.Query.Length == 0 ? '?' : '&')}{query}";
            response.StatusCode = StatusCodes.Status303SeeOther;
            return Task.CompletedTask;
        }

        if (form.Field("success_action_status") == "201")
        {
            var document = new XElement("PostResponse", new XElement("Location", location),
                new XElement("Bucket", request.Bucket), new XElement("Key", stored.Key), new XElement("ETag", etag));
            return response.WriteAsync(document, StatusCodes.Status201Created);
        }

        response.StatusCode = form.Field("success_action_status") == "200" ? 200 : StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
