using System.Globalization;

namespace PhotoLambda.Local.S3;

/// <summary>The errors that more than one place raises, worded as in AmazonS3/latest/API/ErrorResponses.html.</summary>
internal static class S3Error
{
    public static S3Exception AccessDenied(
        string message = "Access Denied", params (string Name, string Value)[] details) =>
        new(403, "AccessDenied", message, details);

    public static S3Exception InvalidArgument(string message, string name, string? value) =>
        new(400, "InvalidArgument", message, ("ArgumentName", name), ("ArgumentValue", value ?? ""));

    public static S3Exception InvalidRequest(string message) => new(400, "InvalidRequest", message);

    public static S3Exception InvalidUri() => new(400, "InvalidURI", "Couldn't parse the specified URI.");

    public static S3Exception MalformedXml() => new(400, "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema");

    public static S3Exception SignatureDoesNotMatch(params (string Name, string Value)[] details) =>
        new(403, "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your key and method.",
            details);

    public static S3Exception NotImplemented(string what) => new(501, "NotImplemented",
        "A header or query you provided implies functionality that is not implemented", ("Header", what));

    public static S3Exception MethodNotAllowed(string method, string resourceType) => new(405, "MethodNotAllowed",
        "The specified method is not allowed against this resource.",
        ("Method", method), ("ResourceType", resourceType));

    public static S3Exception NoSuchBucket(string bucket) =>
        new(404, "NoSuchBucket", "The specified bucket does not exist", ("BucketName", bucket));

    public static S3Exception NoSuchKey(string key) =>
        new(404, "NoSuchKey", "The specified key does not exist.", ("Key", key));

    public static S3Exception NoSuchUpload(string uploadId) => new(404, "NoSuchUpload",
        "The specified upload does not exist: unknown, aborted or completed.",
        ("UploadId", uploadId));

    public static S3Exception PreconditionFailed(string condition) => new(412, "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold", ("Condition", condition));

    public static S3Exception ConditionalRequestConflict(string condition, string key) =>
        new(409, "ConditionalRequestConflict",
            "The conditional request cannot succeed due to a conflicting operation against this resource.",
            ("Condition", condition), ("Key", key));

    public static S3Exception BadDigest(string what) =>
        new(400, "BadDigest", $"The {what} you specified did not match what we received.");

    public static S3Exception IncompleteBody() => new(400, "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header");

    public static S3Exception MissingContentLength() =>
        new(411, "MissingContentLength", "You must provide the Content-Length HTTP header.");

    public static S3Exception EntityTooLarge(long size, long limit) => new(400, "EntityTooLarge",
        "Your proposed upload exceeds the maximum allowed size",
        ("ProposedSize", Number(size)), ("MaxSizeAllowed", Number(limit)));

    public static S3Exception EntityTooSmall(long size, long minimum, params (string Name, string Value)[] details) =>
        new(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size",
            [("ProposedSize", Number(size)), ("MinSizeAllowed", Number(minimum)), .. details]);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
