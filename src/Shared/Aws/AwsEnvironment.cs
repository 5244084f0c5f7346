namespace PhotoLambda.Aws;

/// <summary>Where the process runs and as whom, as the variables say that Lambda and the AWS SDKs share.</summary>
/// <param name="S3Override">Endpoint in place of S3's own; null on AWS.</param>
/// <param name="SqsOverride">Endpoint in place of SQS's own; null on AWS.</param>
/// <param name="CloudFrontOverride">Endpoint in place of CloudFront's own; null on AWS.</param>
internal sealed record AwsEnvironment(
    string Region, AwsCredentials Credentials, Uri? S3Override = null, Uri? SqsOverride = null,
    Uri? CloudFrontOverride = null)
{
    private static readonly Uri CloudFrontItself = new("https://cloudfront.amazonaws.com");

    /// <summary>The endpoint of CloudFront, which is global, or the one that replaces it.</summary>
    public Uri CloudFrontEndpoint => CloudFrontOverride ?? CloudFrontItself;

    /// <summary>The regional endpoint that requests to SQS go to, or the one that replaces it.</summary>
    public Uri SqsEndpoint => SqsOverride ?? Regional("sqs");

    /// <summary>The regional endpoint of S3 (path style), or the one that replaces it.</summary>
    public Uri S3Endpoint => S3Override ?? Regional("s3");

    /// <param name="variable">Gives the value of a variable or null: <c>Environment.GetEnvironmentVariable</c>.</param>
    /// <exception cref="InvalidOperationException">A variable is missing or no URL; the message names it.</exception>
    public static AwsEnvironment Read(Func<string, string?> variable)
    {
        string Required(string name, string? fallback = null) =>
            Value(variable, name) ?? (fallback is null ? null : Value(variable, fallback)) ??
            throw new InvalidOperationException(
                $"{name} is not set. Lambda sets it by itself; elsewhere set it in the environment of the process.");

        return new AwsEnvironment(
            Required("AWS_REGION", "AWS_DEFAULT_REGION"),
            new AwsCredentials(
                Required("AWS_ACCESS_KEY_ID"), Required("AWS_SECRET_ACCESS_KEY"), Value(variable, "AWS_SESSION_TOKEN")),
            Endpoint(variable, "AWS_ENDPOINT_URL_S3") ?? Endpoint(variable, "AWS_ENDPOINT_URL"),
            Endpoint(variable, "AWS_ENDPOINT_URL_SQS") ?? Endpoint(variable, "AWS_ENDPOINT_URL"),
            Endpoint(variable, "AWS_ENDPOINT_URL_CLOUDFRONT") ?? Endpoint(variable, "AWS_ENDPOINT_URL"));
    }

    private static string? Value(Func<string, string?> variable, string name) =>
        variable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    private static Uri? Endpoint(Func<string, string?> variable, string name)
    {
        if (Value(variable, name) is not { } value)
        {
            return null;
        }

        return Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new InvalidOperationException($"{name} is '{value}'; set it to an http or https URL, or unset it.");
    }

    private Uri Regional(string service) => new(
        $"https://{service}.{Region}.amazonaws.com{(Region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "")}");
}
