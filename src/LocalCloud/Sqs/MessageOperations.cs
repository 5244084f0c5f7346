using PhotoLambda.Sqs;

namespace PhotoLambda.Local.Sqs;

/// <summary>What the API does with messages, one by one and in batches.</summary>
internal static class MessageOperations
{
    private const string TraceHeader = "AWSTraceHeader";
    private const int MaximumEntries = 10;

    public static SqsAnswer Send(LocalQueue queue, SqsRequest request)
    {
        var sent = SendEntry(queue, request, "");
        return new SqsAnswer
        {
            MessageId = sent.MessageId,
            MD5OfMessageBody = sent.MD5OfMessageBody,
            MD5OfMessageAttributes = sent.MD5OfMessageAttributes,
            MD5OfMessageSystemAttributes = sent.MD5OfMessageSystemAttributes,
        };
    }

    public static SqsAnswer SendBatch(LocalQueue queue, SqsRequest request)
    {
        CheckEntries(request.Entries);
        var size = request.Entries!.Sum(e => MessageRules.Size(e.MessageBody ?? "", e.MessageAttributes));
        return size <= OutgoingMessage.MaximumSize
            ? Batch(queue, request, entry => SendEntry(queue, entry, entry.Id!))
            : throw SqsError.Batch("BatchRequestTooLong",
                $"Batch requests cannot be longer than {OutgoingMessage.MaximumSize} bytes. You have sent {size}.");
    }

    public static async Task<SqsAnswer> ReceiveAsync(
        LocalQueue queue, SqsRequest request, CancellationToken cancellationToken)
    {
        var max = request.MaxNumberOfMessages ?? 1;
        var wait = request.WaitTimeSeconds ?? queue.Settings.ReceiveMessageWaitTimeSeconds;
        if (max is < 1 or > MaximumEntries)
        {
            throw SqsError.Invalid("MaxNumberOfMessages", max, "Must be between 1 and 10, if provided.");
        }

        if (wait is < 0 or > 20)
        {
            throw SqsError.Invalid("WaitTimeSeconds", wait, "Must be >= 0 and <= 20, if provided.");
        }

        var deliveries = await queue.ReceiveAsync(
            max, TimeSpan.FromSeconds(wait), request.VisibilityTimeout, fits: null, cancellationToken);
        string?[] system = [.. request.AttributeNames ?? [], .. request.MessageSystemAttributeNames ?? []];
        IReadOnlyList<string?> attributes = request.MessageAttributeNames ?? [];
        return new SqsAnswer
        {
            Messages = deliveries.Count == 0 ? null : [.. deliveries.Select(d => d.ToMessage(system, attributes))],
        };
    }

    public static void Delete(LocalQueue queue, SqsEntry entry) => queue.Delete(HandleIn(entry));

    public static void ChangeVisibility(LocalQueue queue, SqsEntry entry) => queue.ChangeVisibility(
        HandleIn(entry), entry.VisibilityTimeout ?? throw SqsError.Missing("VisibilityTimeout"));

    public static SqsAnswer Batch(LocalQueue queue, SqsRequest request, Action<LocalQueue, SqsEntry> act)
    {
        CheckEntries(request.Entries);
        return Batch(queue, request, entry =>
        {
            act(queue, entry);
            return new BatchSuccess(entry.Id!);
        });
    }

    private static SqsAnswer Batch(LocalQueue queue, SqsRequest request, Func<SqsEntry, BatchSuccess> act)
    {
        List<BatchSuccess> successful = [];
        List<BatchFailure> failed = [];
        foreach (var entry in request.Entries!)
        {
            try
            {
                successful.Add(act(entry));
            }
            catch (SqsError e)
            {
                failed.Add(new BatchFailure(entry.Id!, SenderFault: true, e.Code, e.Message));
            }
        }

        return new SqsAnswer
        {
            Successful = successful.Count > 0 ? successful : null,
            Failed = failed.Count > 0 ? failed : null,
        };
    }

    private static BatchSuccess SendEntry(LocalQueue queue, SqsEntry entry, string id)
    {
        foreach (var (name, value) in entry.MessageSystemAttributes ?? new Dictionary<string, AttributeValue>())
        {
            if (name != TraceHeader || value is not { DataType: "String", StringValue.Length: > 0 })
            {
                throw SqsError.Invalid($"The message system attribute '{name}' is not {TraceHeader} of type String.");
            }
        }

        var trace = entry.MessageSystemAttributes?.GetValueOrDefault(TraceHeader)?.StringValue;
        var message = queue.Send(entry.MessageBody, entry.MessageAttributes, entry.DelaySeconds, trace);
        return new BatchSuccess(
            id, message.Id, message.BodyDigest, MessageDigest.OfAttributes(message.Attributes),
            MessageDigest.OfAttributes(entry.MessageSystemAttributes));
    }

    private static void CheckEntries(IReadOnlyList<SqsEntry>? entries)
    {
        if (entries is not { Count: > 0 })
        {
            throw SqsError.Batch("EmptyBatchRequest", "There should be at least one entry in the request.");
        }

        if (entries.Count > MaximumEntries)
        {
            throw SqsError.Batch("TooManyEntriesInBatchRequest",
                $"Maximum number of entries per request are {MaximumEntries}. You have sent {entries.Count}.");
        }

        // JSON may hold null where the list has no place for it.
        foreach (var (id, count) in entries.CountBy(e => e?.Id ?? throw SqsError.Missing("Id")))
        {
            if (id.Length is 0 or > 80 || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            {
                throw SqsError.Batch("InvalidBatchEntryId",
                    "A batch entry id can only contain alphanumeric characters, hyphens and underscores, 80 at most.");
            }

            if (count > 1)
            {
                throw SqsError.Batch("BatchEntryIdsNotDistinct", $"Id {id} repeated.");
            }
        }
    }

    private static string HandleIn(SqsEntry entry) => entry.ReceiptHandle ?? throw SqsError.Missing("ReceiptHandle");
}
