using PhotoLambda.Aws;
using PhotoLambda.Database;

namespace PhotoLambda.OnObjectCreated;

/// <summary>What the function is told by its environment, checked before the first event.</summary>
/// <param name="Database">An Npgsql connection string of the role <c>photolambda_worker</c>.</param>
internal sealed record OnObjectCreatedOptions(string Database, Uri DetectionQueueUrl, AwsEnvironment Aws)
{
    /// <exception cref="InvalidOperationException">A variable is missing or wrong; the message names it.</exception>
    public static OnObjectCreatedOptions Read(Func<string, string?> variable)
    {
        const string DatabaseUrl = "PHOTOLAMBDA_DATABASE_URL";
        const string QueueUrl = "PHOTOLAMBDA_DETECTION_QUEUE_URL";
        return new OnObjectCreatedOptions(
            FunctionDatabase.ConnectionString(DatabaseUrl, Settings.Required(variable, DatabaseUrl)),
            Uri.TryCreate(Settings.Required(variable, QueueUrl), UriKind.Absolute, out var url)
                ? url
                : throw new InvalidOperationException(
                    $"{QueueUrl} is '{variable(QueueUrl)}'; set it to the URL of a queue."),
            AwsEnvironment.Read(variable));
    }
}
