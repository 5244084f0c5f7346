using System.Globalization;
using System.Text.Json;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Sqs;

/// <summary>The attributes of a queue as the API names them.</summary>
/// <remarks>Source: AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html.</remarks>
internal static class QueueAttributes
{
    private const string All = "All";

    /// <summary>Kept and told, without effect on a laptop.</summary>
    private static readonly string[] Opaque =
    [
        "Policy", "RedriveAllowPolicy", "SqsManagedSseEnabled", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds",
    ];

    /// <summary>Those a queue need not have, so that asking for them is no mistake.</summary>
    private static readonly string[] Optional =
    [
        .. Opaque, "RedrivePolicy",
        "FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit",
    ];

    /// <param name="isQueue">Whether there is a queue of this ARN to be the dead-letter queue.</param>
    /// <exception cref="SqsError">A name or value is not valid.</exception>
    public static StoredQueue Apply(
        StoredQueue queue, IReadOnlyDictionary<string, string> attributes, Func<string, bool> isQueue)
    {
        foreach (var (name, value) in attributes)
        {
            // JSON may hold null where the type has no place for it.
            queue = value is null ? throw Bad(name, "null") : Opaque.Contains(name)
                ? queue with { Opaque = new Dictionary<string, string>(queue.Opaque) { [name] = value } }
                : queue with { Settings = Apply(queue.Settings, name, value, isQueue) };
        }

        return queue;
    }

    /// <param name="names">Names of attributes, or <c>All</c>.</param>
    /// <exception cref="SqsError">SQS has no such attribute.</exception>
    public static Dictionary<string, string> Read(LocalQueue queue, IReadOnlyCollection<string?> names)
    {
        var all = Read(queue);
        var known = all.Keys.Concat(Optional).Append(All);
        if (names.FirstOrDefault(n => n is not null && !known.Contains(n)) is { } unknown)
        {
            throw SqsError.UnknownAttribute(unknown);
        }

        return names.Contains(All)
            ? all
            : all.Where(a => names.Contains(a.Key)).ToDictionary(a => a.Key, a => a.Value);
    }

    private static QueueResource Apply(
        QueueResource settings, string name, string value, Func<string, bool> isQueue) => name switch
        {
            "VisibilityTimeout" => settings with { VisibilityTimeout = Number(name, value, 0, 43_200) },
            "MessageRetentionPeriod" => settings with { MessageRetentionPeriod = Number(name, value, 60, 1_209_600) },
            "DelaySeconds" => settings with { DelaySeconds = Number(name, value, 0, 900) },
            "ReceiveMessageWaitTimeSeconds" =>
                settings with { ReceiveMessageWaitTimeSeconds = Number(name, value, 0, 20) },
            "MaximumMessageSize" => settings with { MaximumMessageSize = Number(name, value, 1_024, 1_048_576) },
            "RedrivePolicy" => settings with { RedrivePolicy = Redrive(settings.QueueName, value, isQueue) },
            _ => throw SqsError.UnknownAttribute(name),
        };

    private static Dictionary<string, string> Read(LocalQueue queue)
    {
        var (settings, counts, stored) = (queue.Settings, queue.Counts(), queue.Stored);
        var attributes = new Dictionary<string, string>(stored.Opaque)
        {
            ["QueueArn"] = queue.Arn,
            ["ApproximateNumberOfMessages"] = Text(counts.Visible),
            ["ApproximateNumberOfMessagesNotVisible"] = Text(counts.InFlight),
            ["ApproximateNumberOfMessagesDelayed"] = Text(counts.Delayed),
            ["CreatedTimestamp"] = Text(stored.CreatedAt),
            ["LastModifiedTimestamp"] = Text(stored.ModifiedAt),
            ["VisibilityTimeout"] = Text(settings.VisibilityTimeout),
            ["MaximumMessageSize"] = Text(settings.MaximumMessageSize),
            ["MessageRetentionPeriod"] = Text(settings.MessageRetentionPeriod),
            ["DelaySeconds"] = Text(settings.DelaySeconds),
            ["ReceiveMessageWaitTimeSeconds"] = Text(settings.ReceiveMessageWaitTimeSeconds),
        };
        if (settings.RedrivePolicy is { } policy)
        {
            var (arn, count) = policy;
            attributes["RedrivePolicy"] = $$"""{"deadLetterTargetArn":"{{arn}}","maxReceiveCount":{{count}}}""";
        }

        return attributes;
    }

    private static RedrivePolicy? Redrive(string queue, string value, Func<string, bool> isQueue)
    {
        if (value.Length == 0)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(value);
            var arn = json.RootElement.GetProperty("deadLetterTargetArn").GetString() ?? "";
            // Consoles and tools send the count as text as often as a number.
            var count = Number("maxReceiveCount", json.RootElement.GetProperty("maxReceiveCount").ToString(), 1, 1_000);
            return isQueue(arn) && arn != CloudIdentity.QueueArn(queue)
                ? new RedrivePolicy(arn, count)
                : throw SqsError.Invalid("RedrivePolicy", value, "The target must be another queue that exists.");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw SqsError.Invalid("RedrivePolicy", value, "It must have deadLetterTargetArn and maxReceiveCount.");
        }
    }

    private static int Number(string name, string value, int minimum, int maximum) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= minimum && number <= maximum
            ? number
            : throw Bad(name, $"{value}, which is not a number from {minimum} to {maximum}");

    private static SqsError Bad(string name, string value) =>
        new("InvalidAttributeValue", $"The attribute {name} is {value}.");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
