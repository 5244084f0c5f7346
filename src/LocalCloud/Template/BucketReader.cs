using System.Text.RegularExpressions;

namespace PhotoLambda.Local.Template;

/// <remarks>AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html</remarks>
internal static partial class BucketReader
{
    public static BucketResource Read(
        string logicalId, string name, Properties bucket, ICollection<IgnoredResource> ignored)
    {
        bucket.AllowOnly(
            "BucketName", "CorsConfiguration", "NotificationConfiguration", "AbacStatus", "AccelerateConfiguration",
            "AccessControl", "AnalyticsConfigurations", "BucketEncryption", "BucketNamePrefix", "BucketNamespace",
            "IntelligentTieringConfigurations", "InventoryConfigurations", "LifecycleConfiguration",
            "LoggingConfiguration",
            "MetadataConfiguration", "MetadataTableConfiguration", "MetricsConfigurations", "ObjectLockConfiguration",
            "ObjectLockEnabled", "OwnershipControls", "PublicAccessBlockConfiguration", "ReplicationConfiguration",
            "Tags",
            "VersioningConfiguration", "WebsiteConfiguration");
        var cors = bucket.Map("CorsConfiguration");
        cors?.AllowOnly("CorsRules");
        return new BucketResource(
            logicalId,
            name,
            [.. (cors?.Maps("CorsRules") ?? []).Select(Cors)],
            [.. Notifications(logicalId, bucket.Map("NotificationConfiguration"), ignored)]);
    }

    /// <summary>One notification of a bucket, or an <c>S3</c> event of a function, which has the same filter.</summary>
    public static BucketNotification Notification(Properties at, string name, string eventType, string targetArn)
    {
        if (!EventForm().IsMatch(eventType))
        {
            throw at.Error(
                name, $"'{eventType}' is no event of S3; write it as s3:ObjectCreated:* or s3:ObjectRemoved:Delete.");
        }

        var rules = at.Map("Filter")?.RequiredMap("S3Key").Maps("Rules") ?? [];
        return new BucketNotification(eventType, targetArn, Rule(rules, "prefix"), Rule(rules, "suffix"));
    }

    private static CorsRule Cors(Properties rule)
    {
        rule.AllowOnly("Id", "AllowedOrigins", "AllowedMethods", "AllowedHeaders", "ExposedHeaders", "MaxAge");
        var methods = rule.Texts("AllowedMethods");
        if (methods.Count == 0 || rule.Texts("AllowedOrigins").Count == 0)
        {
            throw rule.Error(null, "a CORS rule needs AllowedOrigins and AllowedMethods with at least one item each.");
        }

        return methods.FirstOrDefault(m => m is not ("GET" or "PUT" or "HEAD" or "POST" or "DELETE")) is { } unknown
            ? throw rule.Error("AllowedMethods", $"'{unknown}' is not one of GET, PUT, HEAD, POST, DELETE.")
            : new CorsRule(
                rule.Texts("AllowedOrigins"), methods, rule.Texts("AllowedHeaders"), rule.Texts("ExposedHeaders"),
                rule.Number("MaxAge", 0, int.MaxValue));
    }

    private static IEnumerable<BucketNotification> Notifications(
        string logicalId, Properties? configuration, ICollection<IgnoredResource> ignored)
    {
        configuration?.AllowOnly(
            "QueueConfigurations", "LambdaConfigurations", "TopicConfigurations", "EventBridgeConfiguration");
        foreach (var name in (string[])["TopicConfigurations", "EventBridgeConfiguration"])
        {
            if (configuration?.Has(name) == true)
            {
                ignored.Add(new IgnoredResource($"{logicalId}.NotificationConfiguration", name));
            }
        }

        return Configured("QueueConfigurations", "Queue").Concat(Configured("LambdaConfigurations", "Function"));

        IEnumerable<BucketNotification> Configured(string list, string target) =>
            (configuration?.Maps(list) ?? []).Select(item =>
            {
                item.AllowOnly("Event", "Filter", target);
                return Notification(item, "Event", item.Required("Event"), item.Required(target));
            });
    }

    private static string Rule(IReadOnlyList<Properties> rules, string name)
    {
        foreach (var rule in rules)
        {
            if (rule.Required("Name").ToLowerInvariant() is not ("prefix" or "suffix"))
            {
                throw rule.Error("Name", $"a rule is named prefix or suffix, not '{rule.Text("Name")}'.");
            }
        }

        var found = rules.Where(r => string.Equals(r.Text("Name"), name, StringComparison.OrdinalIgnoreCase)).ToList();
        return found.Count > 1
            ? throw found[1].Error("Name", $"there are two rules named {name}; S3 allows one.")
            : found.FirstOrDefault()?.Required("Value") ?? "";
    }

    [GeneratedRegex(@"^s3:[A-Za-z]+(:([A-Za-z]+|\*))*$")]
    private static partial Regex EventForm();
}
