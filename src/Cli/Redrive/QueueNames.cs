using PhotoLambda.Cli.Backfill;
using PhotoLambda.Sqs;

namespace PhotoLambda.Cli.Redrive;

/// <summary>The queues of an installation, and the variables that tell their URLs.</summary>
internal static class QueueNames
{
    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>
    {
        ["bulk"] = BulkQueue.Variable,
        ["events"] = "PHOTOLAMBDA_OBJECT_CREATED_QUEUE_URL",
        ["detection"] = "PHOTOLAMBDA_DETECTION_QUEUE_URL",
    };

    /// <returns>Null where the environment does not tell.</returns>
    public static string? UrlOf(string name) => Environment.GetEnvironmentVariable(All[name]) is { Length: > 0 } url
        ? url
        : null;

    /// <exception cref="FormatException">There is no such queue, or nobody says where it is.</exception>
    public static QueueClient Open(Cloud cloud, string name)
    {
        if (!All.TryGetValue(name, out var variable))
        {
            throw new FormatException(
                $"--queue must be one of {string.Join(", ", All.Keys)}; it was '{Shown.Text(name)}'.");
        }

        return UrlOf(name) is { } url
            ? cloud.QueueOf(variable, url, variable)
            : throw new FormatException(
                $"Nobody says where the queue '{name}' is: set {variable}, or give --from and --to.");
    }
}
