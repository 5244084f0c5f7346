namespace PhotoLambda.Aws;

/// <summary>Where the process runs and as whom, as the variables say that Lambda and the AWS SDKs share.</summary>
/// <param name="S3Override">Endpoint in place of S3's own; null on AWS.</param>
/// <param name="SqsOverride">Endpoint in place of SQS's own; null on AWS.</param>
/// <param name="CloudFrontOverride">Endpoint in place of CloudFront's own; null on AWS.</param>
internal sealed record AwsEnvironment(
    string Region, AwsCredentials Credentials, Uri? S3Override = null, Uri? SqsOverride = null,
    Uri? CloudFrontOverride = null)
{
    private const string SessionToken = "AWS_SESSION_TOKEN";

    private static readonly Uri CloudFrontItself = new("https://cloudfront.amazonaws.com");

    /// <summary>The endpoint of CloudFront, which is global, or the one that replaces it.</summary>
    public Uri CloudFrontEndpoint => CloudFrontOverride ?? CloudFrontItself;

    /// <summary>The regional endpoint that requests to SQS go to, or the one that replaces it.</summary>
    public Uri SqsEndpoint => SqsOverride ?? Regional("sqs");

    /// <summary>The regional endpoint of S3 (path style), or the one that replaces it.</summary>
    public Uri S3Endpoint => S3Override ?? Regional("s3");

    /// <param name="variable">Gives the value of a variable or null: <c>Environment.GetEnvironmentVariable</c>.</param>
    /// <exception cref="SettingException">A variable is missing or wrong; the message names it.</exception>
    public static AwsEnvironment Read(Func<string, string?> variable)
    {
        var isByDefault = Settings.Optional(variable, "AWS_REGION") is null
            && Settings.Optional(variable, "AWS_DEFAULT_REGION") is not null;
        return new AwsEnvironment(
            Label(variable, isByDefault ? "AWS_DEFAULT_REGION" : "AWS_REGION"),
            new AwsCredentials(
                Word(variable, "AWS_ACCESS_KEY_ID"),
                Word(variable, "AWS_SECRET_ACCESS_KEY"),
                Settings.Optional(variable, SessionToken) is null ? null : Word(variable, SessionToken)),
            Endpoint(variable, "AWS_ENDPOINT_URL_S3") ?? Endpoint(variable, "AWS_ENDPOINT_URL"),
            Endpoint(variable, "AWS_ENDPOINT_URL_SQS") ?? Endpoint(variable, "AWS_ENDPOINT_URL"),
            Endpoint(variable, "AWS_ENDPOINT_URL_CLOUDFRONT") ?? Endpoint(variable, "AWS_ENDPOINT_URL"));
    }

    /// <summary>A region is a part of host names.</summary>
    private static string Label(Func<string, string?> variable, string name) =>
        Settings.Required(variable, name) is { Length: <= 63 } label
            && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? label
            : throw new SettingException(
                name, $"is {Settings.Quoted(Settings.Required(variable, name))}; set it to a region: us-east-1.");

    /// <summary>Credentials are parts of headers. They are not shown.</summary>
    private static string Word(Func<string, string?> variable, string name) =>
        Settings.Required(variable, name) is var word && word.All(c => c is > ' ' and < '\x7f')
            ? word
            : throw new SettingException(name, "has a space or a character beyond ASCII; set it to what AWS gave out.");

    private static Uri? Endpoint(Func<string, string?> variable, string name) =>
        Settings.Optional(variable, name) is null ? null : Settings.WebUrl(variable, name);

    private Uri Regional(string service) => new(
        $"https://{service}.{Region}.amazonaws.com{(Region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "")}");
}
