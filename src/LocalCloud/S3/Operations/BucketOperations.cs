using System.Xml.Linq;

namespace PhotoLambda.Local.S3;

/// <summary>ListBuckets, CreateBucket, HeadBucket, GetBucketLocation and GetBucketVersioning.</summary>
internal sealed class BucketOperations(ObjectStore store)
{
    public Task ListAsync(S3Request request)
    {
        RequestBody.ExpectNone(request);
        var prefix = request.Query("prefix") ?? "";
        return request.Response.WriteAsync(S3Xml.Root("ListAllMyBucketsResult",
            S3Xml.Owner(),
            new XElement("Buckets", store.Counts()
                .Where(bucket => bucket.Name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(bucket => new XElement("Bucket",
                    new XElement("Name", bucket.Name),
                    new XElement("CreationDate", S3Time.Iso(bucket.Created)),
                    new XElement("BucketRegion", CloudIdentity.Region))))));
    }

    public async Task CreateAsync(S3Request request)
    {
        // Names a region, of which there is but one.
        await RequestBody.ReadDocumentAsync(request);
        if (!BucketAddress.IsValidBucketName(request.Bucket!))
        {
            throw new S3Exception(400, "InvalidBucketName", "The specified bucket is not valid.",
                ("BucketName", request.Bucket!));
        }

        // In us-east-1 it is no error to create one's own bucket again.
        store.CreateBucket(request.Bucket!);
        request.Response.Headers.Location = "/" + request.Bucket;
    }

    public Task HeadAsync(S3Request request)
    {
        RequestBody.ExpectNone(request);
        store.RequireBucket(request.Bucket!);
        request.Response.Headers["x-amz-bucket-region"] = CloudIdentity.Region;
        return Task.CompletedTask;
    }

    public Task GetLocationAsync(S3Request request)
    {
        RequestBody.ExpectNone(request);
        store.RequireBucket(request.Bucket!);
        // Empty stands for us-east-1.
        return request.Response.WriteAsync(S3Xml.Root("LocationConstraint"));
    }

    public Task GetVersioningAsync(S3Request request)
    {
        RequestBody.ExpectNone(request);
        store.RequireBucket(request.Bucket!);
        return request.Response.WriteAsync(S3Xml.Root("VersioningConfiguration"));
    }
}
