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
    /// <exception cref="SettingException">A variable is missing or wrong; the message names it.</exception>
    public static OnObjectCreatedOptions Read(Func<string, string?> variable) => new(
        DatabaseLogin.Read(variable),
        Settings.QueueUrl(variable, "PHOTOLAMBDA_DETECTION_QUEUE_URL"),
        Settings.OptionalQueueUrl(variable, "PHOTOLAMBDA_CDN_QUEUE_URL"),
        Settings.Bucket(variable, "PHOTOLAMBDA_VISUALIZATIONS_BUCKET"),
        LibvipsAt(Settings.Optional(variable, VipsLibrary.Variable)),
        AwsEnvironment.Read(variable));

    // That there is none at the place is not for here: without thumbnails photos are taken in all the same.
    private static string? LibvipsAt(string? path) => path is null || Path.IsPathFullyQualified(path)
        ? path
        : throw new SettingException(
            VipsLibrary.Variable, $"is {Settings.Quoted(path)}; set it to the full path of libvips, or leave it.");
}
