using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.S3;

/// <summary>Which targets the template's buckets notify of which events.</summary>
internal sealed class NotificationRules(IReadOnlyList<BucketResource> buckets)
{
    /// <summary>
    /// Queues get a test message when they become a target; of a function S3 only checks the permission
    /// (AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html).
    /// </summary>
    public IEnumerable<TargetTested> TestTargets => buckets
        .SelectMany(bucket => bucket.Notifications.Select(rule => new TargetTested(bucket.BucketName, rule.TargetArn)))
        .Where(target => !target.TargetArn.Contains(":lambda:", StringComparison.Ordinal))
        .Distinct();

    /// <summary>The rules that an event meets, each with the name by which the event calls it.</summary>
    public IEnumerable<(BucketNotification Rule, string ConfigurationId)> Matching(ObjectEvent item) =>
        from bucket in buckets
        where bucket.BucketName == item.Bucket
        from entry in bucket.Notifications.Select((rule, index) => (rule, id: $"{bucket.LogicalId}-{index}"))
        where MatchesName(entry.rule.Event, "s3:" + item.Origin.Name)
            && item.Key.StartsWith(entry.rule.Prefix, StringComparison.Ordinal)
            && item.Key.EndsWith(entry.rule.Suffix, StringComparison.Ordinal)
        select entry;

    /// <returns>The event, or null when nobody is to be told of it.</returns>
    public ObjectEvent? Owed(ObjectEvent item) => Matching(item).Any() ? item : null;

    public ObjectEvent? Owed(string bucket, StoredObject item, EventOrigin origin) => Owed(
        new ObjectEvent(bucket, item.Key, item.Size, item.ETag, item.Sequencer, item.Modified, origin));

    private static bool MatchesName(string pattern, string name) => pattern.EndsWith('*')
        ? name.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : name == pattern;
}
