namespace PhotoLambda.Local.Template;

/// <remarks>AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html</remarks>
internal static class QueueReader
{
    public static QueueResource Read(string logicalId, string name, Properties queue)
    {
        queue.AllowOnly(
            "QueueName", "VisibilityTimeout", "MessageRetentionPeriod", "DelaySeconds", "ReceiveMessageWaitTimeSeconds",
            "MaximumMessageSize", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId",
            "KmsDataKeyReusePeriodSeconds",
            "SqsManagedSseEnabled", "Tags", "FifoQueue", "ContentBasedDeduplication", "DeduplicationScope",
            "FifoThroughputLimit");
        if (queue.Flag("FifoQueue"))
        {
            throw queue.Error("FifoQueue", "FIFO queues are not supported by the local cloud; use a standard queue.");
        }

        return new QueueResource(
            logicalId,
            name,
            queue.Number("VisibilityTimeout", 30, 0, 43_200),
            queue.Number("MessageRetentionPeriod", 345_600, 60, 1_209_600),
            queue.Number("DelaySeconds", 0, 0, 900),
            queue.Number("ReceiveMessageWaitTimeSeconds", 0, 0, 20),
            queue.Number("MaximumMessageSize", 1_048_576, 1_024, 1_048_576),
            queue.Has("RedrivePolicy") ? Redrive(queue.RequiredMap("RedrivePolicy")) : null);
    }

    private static RedrivePolicy Redrive(Properties policy)
    {
        policy.AllowOnly("deadLetterTargetArn", "maxReceiveCount");
        return new RedrivePolicy(
            policy.Required("deadLetterTargetArn"),
            policy.Number("maxReceiveCount", 1, 1_000)
            ?? throw policy.Error(null, "the property 'maxReceiveCount' is missing; add it."));
    }
}
