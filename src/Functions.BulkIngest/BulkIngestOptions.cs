using PhotoLambda.Aws;
using PhotoLambda.Database;

namespace PhotoLambda.BulkIngest;

/// <summary>What the function is told by its environment, checked before the first event.</summary>
/// <param name="Database">As the role <c>photolambda_worker</c>.</param>
/// <param name="OriginalsBucket">Of descriptors that name no bucket, and where projects have keys of their own.</param>
/// <param name="ObjectCreatedQueueUrl">Where looks at objects go that are to be read.</param>
internal sealed record BulkIngestOptions(
    DatabaseLogin Database, string OriginalsBucket, Uri DetectionQueueUrl, Uri ObjectCreatedQueueUrl,
    AwsEnvironment Aws)
{
    /// <exception cref="SettingException">A variable is missing or wrong; the message names it.</exception>
    public static BulkIngestOptions Read(Func<string, string?> variable) => new(
        DatabaseLogin.Read(variable),
        Settings.Bucket(variable, "PHOTOLAMBDA_ORIGINALS_BUCKET"),
        Settings.QueueUrl(variable, "PHOTOLAMBDA_DETECTION_QUEUE_URL"),
        Settings.QueueUrl(variable, "PHOTOLAMBDA_OBJECT_CREATED_QUEUE_URL"),
        AwsEnvironment.Read(variable));
}
