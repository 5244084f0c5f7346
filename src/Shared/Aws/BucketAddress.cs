namespace PhotoLambda.Aws;

internal static class BucketAddress
{
    /// <summary>
    /// Where a bucket answers: a host of its own on AWS, a path below an endpoint that was put in S3's place,
    /// since no DNS knows host names below that.
    /// </summary>
    public static Uri Of(AwsEnvironment aws, string bucket) => aws.S3Override is { } endpoint
        ? new Uri(endpoint, $"/{bucket}/")
        : new Uri($"{aws.S3Endpoint.Scheme}://{bucket}.{aws.S3Endpoint.Authority}/");
}
