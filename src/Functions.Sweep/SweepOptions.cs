using System.Globalization;
using PhotoLambda.Aws;
using PhotoLambda.Database;

namespace PhotoLambda.Sweep;

/// <summary>What the function is told by its environment, checked before the first event.</summary>
/// <param name="Database">As the role <c>photolambda_worker</c>.</param>
/// <param name="ObjectCreatedQueueUrl">Of the store's events.</param>
/// <param name="CdnQueueUrl">Of what is to be published; null: nothing is.</param>
/// <param name="ProcessingHours">After which a photo that no detector reported on has failed; 0: never.</param>
internal sealed record SweepOptions(
    DatabaseLogin Database, Uri DetectionQueueUrl, Uri ObjectCreatedQueueUrl, Uri? CdnQueueUrl, int ProcessingHours,
    AwsEnvironment Aws)
{
    private const int MostHours = 8_760;

    /// <exception cref="InvalidOperationException">A variable is missing or wrong; the message names it.</exception>
    public static SweepOptions Read(Func<string, string?> variable)
    {
        return new SweepOptions(
            DatabaseLogin.Read(variable),
            Settings.RequiredUrl(variable, "PHOTOLAMBDA_DETECTION_QUEUE_URL"),
            Settings.RequiredUrl(variable, "PHOTOLAMBDA_OBJECT_CREATED_QUEUE_URL"),
            Settings.OptionalUrl(variable, "PHOTOLAMBDA_CDN_QUEUE_URL"),
            Hours(variable, "PHOTOLAMBDA_PROCESSING_HOURS", otherwise: 24),
            AwsEnvironment.Read(variable));
    }

    private static int Hours(Func<string, string?> variable, string name, int otherwise) => variable(name) switch
    {
        null or "" => otherwise,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            && hours <= MostHours => hours,
        var text => throw new InvalidOperationException(
            $"{name} is '{text}'; set it to a number of hours from 0 (no deadline) to {MostHours}."),
    };
}
