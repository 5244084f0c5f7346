namespace PhotoLambda.Local.S3;

/// <summary>Which operation a verified request is for: by method, by what it names, and by its subresource.</summary>
internal sealed class S3Routes(ObjectStore store)
{
    // A request for one of these must not pass for one of the object itself.
    private static readonly string[] Unsupported =
    [
        "accelerate", "acl", "analytics", "attributes", "cors", "encryption", "intelligent-tiering", "inventory",
        "legal-hold", "lifecycle", "logging", "metadataTable", "metrics", "notification", "object-lock",
        "ownershipControls", "policy", "policyStatus", "publicAccessBlock", "renameObject", "replication",
        "requestPayment", "restore", "retention", "select", "session", "torrent", "versions", "website",
    ];

    private readonly BucketOperations _buckets = new(store);
    private readonly Listings _listings = new(store);
    private readonly ObjectReads _reads = new(store);
    private readonly ObjectWrites _writes = new(store);
    private readonly ObjectDeletes _deletes = new(store);
    private readonly UploadOperations _uploads = new(store);
    private readonly UploadParts _parts = new(store);
    private readonly UploadListings _uploadListings = new(store);

    /// <exception cref="S3Exception">There is no such operation, or it refuses.</exception>
    public Task DispatchAsync(S3Request request)
    {
        if (Array.Find(Unsupported, request.HasQuery) is { } subresource)
        {
            throw S3Error.NotImplemented(subresource);
        }

        if (request.Query("versionId") is not (null or "null"))
        {
            throw S3Error.NotImplemented("versionId");
        }

        return (request.Bucket, request.Key) switch
        {
            (null, _) => request.Method == "GET" ? _buckets.ListAsync(request) : throw NotAllowed(request, "SERVICE"),
            (_, null) => DispatchBucket(request),
            _ => DispatchObject(request),
        };
    }

    private Task DispatchBucket(S3Request request)
    {
        var subresource = Subresource(request, "location", "versioning", "uploads", "delete", "tagging");
        return (request.Method, subresource) switch
        {
            ("GET", null) => _listings.ListAsync(request),
            ("GET", "location") => _buckets.GetLocationAsync(request),
            ("GET", "versioning") => _buckets.GetVersioningAsync(request),
            ("GET", "uploads") => _uploadListings.ListUploadsAsync(request),
            ("HEAD", null) => _buckets.HeadAsync(request),
            ("PUT", null) => _buckets.CreateAsync(request),
            ("POST", "delete") => _deletes.DeleteManyAsync(request),
            (_, { } other) => throw S3Error.NotImplemented(other),
            ("DELETE", _) => throw S3Error.NotImplemented("DeleteBucket"),
            _ => throw NotAllowed(request, "BUCKET"),
        };
    }

    private Task DispatchObject(S3Request request)
    {
        var copies = request.Header("x-amz-copy-source") is not null;
        return (request.Method, Subresource(request, "uploadId", "uploads", "tagging")) switch
        {
            ("GET" or "HEAD", null) => _reads.GetAsync(request),
            ("GET", "tagging") => _reads.GetTaggingAsync(request),
            ("GET", "uploadId") => _uploadListings.ListPartsAsync(request),
            ("PUT", null) => copies ? _writes.CopyAsync(request) : _writes.PutAsync(request),
            ("PUT", "uploadId") => copies ? _parts.CopyAsync(request) : _parts.PutAsync(request),
            ("POST", "uploads") => _uploads.CreateAsync(request),
            ("POST", "uploadId") => _uploads.CompleteAsync(request),
            ("DELETE", null) => _deletes.DeleteAsync(request),
            ("DELETE", "uploadId") => _uploads.AbortAsync(request),
            (_, "tagging") => throw S3Error.NotImplemented("tagging"),
            _ => throw NotAllowed(request, "OBJECT"),
        };
    }

    private static string? Subresource(S3Request request, params string[] names) =>
        Array.Find(names, request.HasQuery);

    private static S3Exception NotAllowed(S3Request request, string resource) =>
        S3Error.MethodNotAllowed(request.Method, resource);
}
