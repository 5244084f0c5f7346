namespace PhotoLambda.Local.S3;

/// <summary>Which actions a request needs, and on what.</summary>
/// <remarks>AmazonS3/latest/userguide/using-with-s3-policy-actions.html</remarks>
internal static class S3Actions
{
    public const string Put = "s3:PutObject";

    private const string Get = "s3:GetObject";

    /// <returns>None for a request that is refused in any case, or whose body says what it is about.</returns>
    public static IEnumerable<(string Action, string Resource)> Of(S3Request request)
    {
        if (request.Bucket is null)
        {
            return [("s3:ListAllMyBuckets", "*")];
        }

        var bucket = CloudIdentity.BucketArn(request.Bucket);
        return request.Key is null
            ? OfBucket(request) is { } action ? [(action, bucket)] : []
            : OfObject(request).Select(a => (a, $"{bucket}/{request.Key}")).Concat(OfSource(request));
    }

    private static string? OfBucket(S3Request request) => request.Method switch
    {
        "GET" when request.HasQuery("location") => "s3:GetBucketLocation",
        "GET" when request.HasQuery("versioning") => "s3:GetBucketVersioning",
        "GET" when request.HasQuery("uploads") => "s3:ListBucketMultipartUploads",
        "GET" or "HEAD" => "s3:ListBucket",
        "PUT" => "s3:CreateBucket",
        _ => null,
    };

    private static IEnumerable<string> OfObject(S3Request request)
    {
        var isPart = request.HasQuery("uploadId");
        return request.Method switch
        {
            "GET" when request.HasQuery("tagging") => ["s3:GetObjectTagging"],
            "GET" when isPart => ["s3:ListMultipartUploadParts"],
            "GET" or "HEAD" => [Get],
            // Tags and access lists of a new object are permissions of their own.
            "PUT" or "POST" =>
            [
                Put,
                .. request.Header("x-amz-tagging") is null ? Array.Empty<string>() : ["s3:PutObjectTagging"],
                .. request.Header("x-amz-acl") is null ? Array.Empty<string>() : ["s3:PutObjectAcl"],
            ],
            "DELETE" when isPart => ["s3:AbortMultipartUpload"],
            "DELETE" => ["s3:DeleteObject"],
            _ => [],
        };
    }

    private static IEnumerable<(string Action, string Resource)> OfSource(S3Request request)
    {
        if (request.Method == "PUT" && request.Header("x-amz-copy-source") is not null)
        {
            var source = CopySource.Of(request);
            yield return (Get, $"{CloudIdentity.BucketArn(source.Bucket)}/{source.Key}");
        }
    }
}
