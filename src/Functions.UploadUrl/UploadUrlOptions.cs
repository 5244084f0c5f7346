using PhotoLambda.Aws;
using PhotoLambda.Cdn;
using PhotoLambda.Database;

namespace PhotoLambda.UploadUrl;

/// <summary>What the function is told by its environment, checked before the first request.</summary>
/// <param name="CdnQueueUrl">Where the CDN is told what to forget; null: the sweep tells it.</param>
/// <param name="Database">As the role <c>photolambda_api</c>.</param>
internal sealed record UploadUrlOptions(
    DatabaseLogin Database,
    string OriginalsBucket,
    Uri DetectionQueueUrl,
    Uri BulkQueueUrl,
    Uri? CdnQueueUrl,
    CdnLinks CdnLinks,
    AwsEnvironment Aws)
{
    /// <exception cref="InvalidOperationException">A variable is missing or wrong; the message names it.</exception>
    public static UploadUrlOptions Read(IConfiguration configuration)
    {
        Func<string, string?> variable = name => configuration[name];
        return new UploadUrlOptions(
            DatabaseLogin.Read(variable),
            Settings.Required(variable, "PHOTOLAMBDA_ORIGINALS_BUCKET"),
            Settings.RequiredUrl(variable, "PHOTOLAMBDA_DETECTION_QUEUE_URL"),
            Settings.RequiredUrl(variable, "PHOTOLAMBDA_BULK_QUEUE_URL"),
            Settings.OptionalUrl(variable, "PHOTOLAMBDA_CDN_QUEUE_URL"),
            new CdnLinks(variable),
            AwsEnvironment.Read(variable));
    }
}
