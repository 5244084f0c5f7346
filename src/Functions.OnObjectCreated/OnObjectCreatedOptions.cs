using PhotoLambda.Aws;
using PhotoLambda.Database;
using PhotoLambda.OnObjectCreated.Pictures;

namespace PhotoLambda.OnObjectCreated;

/// <summary>What the function is told by its environment, checked before the first event.</summary>
/// <param name="Database">As the role <c>photolambda_worker</c>.</param>
/// <param name="CdnQueueUrl">Where photos go that are to be published; null: the sweep sends them.</param>
/// <param name="DerivedBucket">Where thumbnails and copies without positions go.</param>
/// <param name="Libvips">Path of the library that makes thumbnails; null: where a layer would have it.</param>
internal sealed record OnObjectCreatedOptions(
    DatabaseLogin Database,
    Uri DetectionQueueUrl,
    Uri? CdnQueueUrl,
    string DerivedBucket,
    string? Libvips,
    AwsEnvironment Aws)
{
    /// <exception cref="InvalidOperationException">A variable is missing or wrong; the message names it.</exception>
    public static OnObjectCreatedOptions Read(Func<string, string?> variable)
    {
        return new OnObjectCreatedOptions(
            DatabaseLogin.Read(variable),
            Settings.RequiredUrl(variable, "PHOTOLAMBDA_DETECTION_QUEUE_URL"),
            Settings.OptionalUrl(variable, "PHOTOLAMBDA_CDN_QUEUE_URL"),
            Settings.Required(variable, "PHOTOLAMBDA_VISUALIZATIONS_BUCKET"),
            variable(VipsLibrary.Variable) is { Length: > 0 } path ? path : null,
            AwsEnvironment.Read(variable));
    }
}
