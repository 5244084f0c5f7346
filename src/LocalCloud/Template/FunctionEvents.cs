using System.Text.RegularExpressions;
using PhotoLambda.Local.Schedules;

namespace PhotoLambda.Local.Template;

/// <summary>What the events of one function come to.</summary>
internal sealed record ReadEvents(List<HttpRoute> Routes, List<QueueMapping> Mappings, List<Schedule> Schedules);

/// <summary>The events of functions. Those of buckets are kept aside, since the buckets are told of them.</summary>
/// <param name="logicalIdOf">Finds by type and <c>Ref</c>; empty for the API that SAM adds by itself.</param>
internal sealed partial class FunctionEvents(
    Func<string, string, string?> logicalIdOf, ICollection<IgnoredResource> ignored)
{
    private const string PartialBatch = "ReportBatchItemFailures";

    private static readonly string[] Unsupported =
    [
        "Api", "AlexaSkill", "CloudWatchEvent", "CloudWatchLogs", "Cognito", "DocumentDB", "DynamoDB",
        "EventBridgeRule",
        "IoTRule", "Kinesis", "MQ", "MSK", "SelfManagedKafka", "SNS",
    ];

    /// <summary>By the logical id of the bucket.</summary>
    public List<(string Bucket, BucketNotification Notification)> OfBuckets { get; } = [];

    public ReadEvents Read(string functionId, string functionName, Properties? events)
    {
        var read = new ReadEvents([], [], []);
        foreach (var name in events?.Keys ?? [])
        {
            var declared = events!.RequiredMap(name);
            declared.AllowOnly("Type", "Properties");
            var type = declared.Required("Type");
            switch (type)
            {
                case "HttpApi":
                    read.Routes.Add(Route(declared.Map("Properties")));
                    break;
                case "SQS":
                    read.Mappings.Add(Mapping(declared.RequiredMap("Properties"), "Queue"));
                    break;
                case "S3":
                    AddBucketEvents(functionName, declared.RequiredMap("Properties"));
                    break;
                case "Schedule" or "ScheduleV2":
                    read.Schedules.Add(Scheduled(name, declared.RequiredMap("Properties"), type));
                    break;
                default:
                    Ignore(declared, $"{functionId}.Events.{name}", type);
                    break;
            }
        }

        return read;
    }

    /// <param name="queueProperty"><c>Queue</c> in SAM, <c>EventSourceArn</c> in CloudFormation.</param>
    public static QueueMapping Mapping(Properties mapping, string queueProperty)
    {
        mapping.AllowOnly(
            queueProperty, "BatchSize", "MaximumBatchingWindowInSeconds", "FunctionResponseTypes", "ScalingConfig",
            "Enabled",
            "FilterCriteria", "KmsKeyArn", "MetricsConfig", "ProvisionedPollerConfig", "LoggingConfig", "Tags",
            queueProperty == "Queue" ? queueProperty : "FunctionName");
        if (mapping.Has("FilterCriteria"))
        {
            throw mapping.Error(
                "FilterCriteria",
                "the local cloud does not filter messages, and the function would get all; remove it.");
        }

        if (mapping.Texts("FunctionResponseTypes").FirstOrDefault(t => t != PartialBatch) is { } other)
        {
            throw mapping.Error(
                "FunctionResponseTypes", $"'{other}' is no response type of a queue; write {PartialBatch}.");
        }

        var batchSize = mapping.Number("BatchSize", 10, 1, 10_000);
        var window = mapping.Number("MaximumBatchingWindowInSeconds", 0, 0, 300);
        return batchSize > 10 && window == 0
            ? throw mapping.Error(
                "BatchSize", $"{batchSize} is more than 10, and needs a MaximumBatchingWindowInSeconds of at least 1.")
            : new QueueMapping(
                mapping.Required(queueProperty),
                batchSize,
                window,
                mapping.Texts("FunctionResponseTypes").Count > 0,
                mapping.Map("ScalingConfig")?.Number("MaximumConcurrency", 2, 1_000),
                mapping.Flag("Enabled", true));
    }

    private HttpRoute Route(Properties? route)
    {
        route?.AllowOnly("ApiId", "Path", "Method", "Auth", "TimeoutInMillis", "PayloadFormatVersion", "RouteSettings");
        if (route is null || (!route.Has("Path") && !route.Has("Method") && !route.Has("ApiId")))
        {
            return new HttpRoute(null, "ANY", "$default");
        }

        if (route.Text("PayloadFormatVersion") is not (null or "2.0"))
        {
            throw route.Error(
                "PayloadFormatVersion", "the local API speaks the payload format 2.0 only; remove the property.");
        }

        var path = route.Has("Path") || route.Has("Method") ? route.Required("Path") : "$default";
        var method = (path == "$default" ? route.Text("Method") ?? "ANY" : route.Required("Method")).ToUpperInvariant();
        return !PathForm().IsMatch(path)
            ? throw route.Error(
                "Path", $"'{path}' is no path of a route; write /a/{{name}}, /a/{{name+}} at the end, or $default.")
            : method is not ("ANY" or "X-AMAZON-APIGATEWAY-ANY-METHOD" or "GET" or "HEAD" or "POST" or "PUT" or "PATCH"
                or "DELETE" or "OPTIONS")
            ? throw route.Error(
                "Method",
                $"'{method}' is no method of a route; use ANY, GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS.")
            : new HttpRoute(Api(route), method.Length > 7 ? "ANY" : method, path)
            {
                TimeoutInMillis = route.Number("TimeoutInMillis", 30_000, 50, 30_000),
            };
    }

    private string? Api(Properties route) => route.Text("ApiId") is not { } id
        ? null
        : logicalIdOf("AWS::Serverless::HttpApi", id) switch
        {
            null =>
                throw route.Error("ApiId", $"'{id}' is no HTTP API of this template; write !Ref and its logical id."),
            "" => null,
            var logicalId => logicalId,
        };

    private void AddBucketEvents(string functionName, Properties s3)
    {
        s3.AllowOnly("Bucket", "Events", "Filter");
        var bucket = logicalIdOf("AWS::S3::Bucket", s3.Required("Bucket"))
            ?? throw s3.Error("Bucket", "SAM wants a bucket of this template here; write !Ref and its logical id.");
        if (s3.Texts("Events", orSingle: true) is not { Count: > 0 } types)
        {
            throw s3.Error(null, "the property 'Events' is missing; add it, for example s3:ObjectCreated:*.");
        }

        OfBuckets.AddRange(types.Select(type =>
            (bucket, BucketReader.Notification(s3, "Events", type, CloudIdentity.FunctionArn(functionName)))));
    }

    private static Schedule Scheduled(string name, Properties schedule, string type)
    {
        var property = type == "Schedule" ? "Schedule" : "ScheduleExpression";
        var expression = schedule.Required(property);
        try
        {
            Timetable.Parse(expression);
        }
        catch (FormatException e)
        {
            throw schedule.Error(property, e.Message);
        }

        if (schedule.Text("ScheduleExpressionTimezone") is not (null or "UTC"))
        {
            throw schedule.Error(
                "ScheduleExpressionTimezone", "the local cloud runs schedules in UTC only; remove the property.");
        }

        var enabled = schedule.Flag("Enabled", true) && schedule.Text("State") != "DISABLED";
        return new Schedule(name, expression, schedule.Text("Input"), enabled);
    }

    private void Ignore(Properties declared, string path, string type)
    {
        if (!Unsupported.Contains(type))
        {
            var known = Unsupported.Concat(["HttpApi", "SQS", "S3", "Schedule", "ScheduleV2"]);
            throw declared.Error("Type", $"SAM has no event type '{type}'; {TemplateSource.Suggest(type, known)}");
        }

        ignored.Add(new IgnoredResource(path, type));
    }

    [GeneratedRegex(
        @"^(\$default|/|(/([A-Za-z0-9._~:@!$&'()*+,;=%-]+|\{[A-Za-z0-9._-]+\}))*(/\{[A-Za-z0-9._-]+\+\})?/?)$")]
    private static partial Regex PathForm();
}
