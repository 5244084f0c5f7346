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
    /// <exception cref="SettingException">A variable is missing or wrong; the message names it.</exception>
    public static UploadUrlOptions Read(Func<string, string?> variable) => new(
        DatabaseLogin.Read(variable),
        Settings.Bucket(variable, "PHOTOLAMBDA_ORIGINALS_BUCKET"),
        Settings.QueueUrl(variable, "PHOTOLAMBDA_DETECTION_QUEUE_URL"),
        Settings.QueueUrl(variable, "PHOTOLAMBDA_BULK_QUEUE_URL"),
        Settings.OptionalQueueUrl(variable, "PHOTOLAMBDA_CDN_QUEUE_URL"),
        new CdnLinks(variable),
        AwsEnvironment.Read(variable));
}
