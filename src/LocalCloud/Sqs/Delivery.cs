using System.Globalization;
using PhotoLambda.Sqs;

namespace PhotoLambda.Local.Sqs;

/// <summary>A message as one receive saw it.</summary>
/// <param name="FirstReceivedAt">Milliseconds since 1970.</param>
internal sealed record Delivery(Message Message, string ReceiptHandle, int ReceiveCount, long FirstReceivedAt)
{
    private const string All = "All";

    /// <summary>The attributes that SQS itself gives a message, by their names.</summary>
    public Dictionary<string, string> SystemAttributes()
    {
        var attributes = new Dictionary<string, string>
        {
            ["ApproximateReceiveCount"] = Text(ReceiveCount),
            ["SentTimestamp"] = Text(Message.SentAt),
            ["SenderId"] = CloudIdentity.AccountId,
            ["ApproximateFirstReceiveTimestamp"] = Text(FirstReceivedAt),
        };
        if (Message.TraceHeader is { } trace)
        {
            attributes["AWSTraceHeader"] = trace;
        }

        if (Message.DeadLetterSourceArn is { } source)
        {
            attributes["DeadLetterQueueSourceArn"] = source;
        }

        return attributes;
    }

    /// <param name="systemNames">Of the system attributes to give, or <c>All</c>.</param>
    /// <param name="names">Of the message's own: names, <c>prefix.*</c>, <c>.*</c> or <c>All</c>.</param>
    public ReceivedMessage ToMessage(IReadOnlyCollection<string?> systemNames, IReadOnlyCollection<string?> names)
    {
        var system = SystemAttributes();
        if (!systemNames.Contains(All))
        {
            system = system.Where(a => systemNames.Contains(a.Key)).ToDictionary(a => a.Key, a => a.Value);
        }

        var own = Message.Attributes?.Where(a => names.Any(n => IsMeant(n, a.Key)))
            .ToDictionary(a => a.Key, a => a.Value);
        return new ReceivedMessage(
            Message.Id, ReceiptHandle, Message.BodyDigest, Message.Body, system.Count > 0 ? system : null,
            MessageDigest.OfAttributes(own), own is { Count: > 0 } ? own : null);
    }

    private static bool IsMeant(string? asked, string name) =>
        asked is All || asked == name
        || (asked?.EndsWith(".*", StringComparison.Ordinal) == true
            && name.StartsWith(asked[..^2], StringComparison.Ordinal));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
