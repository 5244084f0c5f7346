using PhotoLambda.Local.Iam;

namespace PhotoLambda.Local.Template;

/// <summary>What the template declares, with every intrinsic function resolved.</summary>
internal sealed record Stack(
    IReadOnlyList<FunctionResource> Functions,
    IReadOnlyList<QueueResource> Queues,
    IReadOnlyList<BucketResource> Buckets,
    IReadOnlyList<HttpApiResource> HttpApis,
    IReadOnlyDictionary<string, string> Outputs)
{
    /// <summary>The statements of policies of buckets and queues, by ARN.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<PolicyStatement>> ResourcePolicies { get; init; } =
        new Dictionary<string, IReadOnlyList<PolicyStatement>>();

    /// <summary>What the template declares and the local cloud does not act on, for a line at start.</summary>
    public IReadOnlyList<IgnoredResource> Ignored { get; init; } = [];
}

/// <param name="LogicalId">Of the resource, or the path of a part of one, such as <c>Api.Events.Nightly</c>.</param>
internal sealed record IgnoredResource(string LogicalId, string Type);

/// <summary><c>AWS::Serverless::Function</c>, Globals merged in.</summary>
/// <param name="Timeout">Seconds.</param>
/// <param name="MemorySize">MiB.</param>
/// <param name="ReservedConcurrency">Null: as many instances as the local cloud allows.</param>
/// <param name="Routes">Its <c>HttpApi</c> events.</param>
/// <param name="QueueMappings">Its <c>SQS</c> events.</param>
/// <param name="MaximumRetryAttempts">Of asynchronous invocations, 0–2, default 2.</param>
/// <param name="DeadLetterQueueArn">Where asynchronous events go that failed for good.</param>
internal sealed record FunctionResource(
    string LogicalId,
    string FunctionName,
    string Handler,
    string CodeUri,
    int Timeout,
    int MemorySize,
    int? ReservedConcurrency,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<HttpRoute> Routes,
    IReadOnlyList<QueueMapping> QueueMappings,
    int MaximumRetryAttempts,
    string? DeadLetterQueueArn)
{
    /// <summary>Where the template names the handler: <c>template.yaml(7,16): Resources.…</c>.</summary>
    public string? HandlerPlace { get; init; }

    /// <summary>For example <c>dotnet10</c>.</summary>
    public string Runtime { get; init; } = "dotnet10";

    /// <summary><c>Text</c> or <c>JSON</c>, as in <c>LoggingConfig</c>.</summary>
    public string LogFormat { get; init; } = "Text";

    /// <summary><c>TRACE</c> to <c>FATAL</c>; null: not set.</summary>
    public string? ApplicationLogLevel { get; init; }

    /// <summary>What its role may do.</summary>
    public FunctionPolicies Policies { get; init; } = FunctionPolicies.None;

    /// <summary>Where a record goes of each asynchronous event that failed for good.</summary>
    public string? OnFailureQueueArn { get; init; }

    /// <summary>Its <c>Schedule</c> and <c>ScheduleV2</c> events.</summary>
    public IReadOnlyList<Schedule> Schedules { get; init; } = [];
}

/// <param name="Unjudged">
/// Policies by name, templates of SAM, or a role of one's own: with one of them a function is let do all, since the
/// local cloud cannot tell.
/// </param>
/// <param name="At">File and line.</param>
internal sealed record FunctionPolicies(
    IReadOnlyList<PolicyStatement> Statements, IReadOnlyList<string> Unjudged, string At)
{
    public static FunctionPolicies None { get; } = new([], [], "the template");
}

/// <param name="Name">Of the event in the template.</param>
/// <param name="Expression"><c>rate(5 minutes)</c>, <c>cron(…)</c> or <c>at(…)</c>.</param>
/// <param name="Input">JSON for the function in place of the event.</param>
internal sealed record Schedule(string Name, string Expression, string? Input, bool Enabled);

/// <param name="ApiLogicalId">Of the API; null for the implicit one of SAM.</param>
/// <param name="Method">Upper case, or <c>ANY</c>.</param>
/// <param name="Path"><c>/photos/{id}</c>, <c>/{proxy+}</c> or <c>$default</c>.</param>
internal sealed record HttpRoute(string? ApiLogicalId, string Method, string Path)
{
    /// <summary>How long the API waits for the function, in milliseconds, 50–30,000.</summary>
    public int TimeoutInMillis { get; init; } = 30_000;
}

/// <summary>An event source mapping from a queue. Sizes and seconds as in <c>CreateEventSourceMapping</c>.</summary>
internal sealed record QueueMapping(
    string QueueArn,
    int BatchSize,
    int MaximumBatchingWindowInSeconds,
    bool ReportBatchItemFailures,
    int? MaximumConcurrency,
    bool Enabled);

/// <summary><c>AWS::SQS::Queue</c>; times in seconds, size in bytes.</summary>
internal sealed record QueueResource(
    string LogicalId,
    string QueueName,
    int VisibilityTimeout = 30,
    int MessageRetentionPeriod = 345_600,
    int DelaySeconds = 0,
    int ReceiveMessageWaitTimeSeconds = 0,
    int MaximumMessageSize = 1_048_576,
    RedrivePolicy? RedrivePolicy = null);

internal sealed record RedrivePolicy(string DeadLetterTargetArn, int MaxReceiveCount);

/// <summary><c>AWS::S3::Bucket</c>.</summary>
internal sealed record BucketResource(
    string LogicalId,
    string BucketName,
    IReadOnlyList<CorsRule> Cors,
    IReadOnlyList<BucketNotification> Notifications);

internal sealed record CorsRule(
    IReadOnlyList<string> AllowedOrigins,
    IReadOnlyList<string> AllowedMethods,
    IReadOnlyList<string> AllowedHeaders,
    IReadOnlyList<string> ExposedHeaders,
    int? MaxAge);

/// <param name="Event">For example <c>s3:ObjectCreated:*</c>.</param>
/// <param name="TargetArn">Of a queue or a function.</param>
/// <param name="Prefix">Empty: any.</param>
/// <param name="Suffix">Empty: any.</param>
internal sealed record BucketNotification(string Event, string TargetArn, string Prefix, string Suffix);

/// <summary><c>AWS::Serverless::HttpApi</c>.</summary>
internal sealed record HttpApiResource(string LogicalId, string StageName, HttpApiCors? Cors);

internal sealed record HttpApiCors(
    IReadOnlyList<string> AllowOrigins,
    IReadOnlyList<string> AllowMethods,
    IReadOnlyList<string> AllowHeaders,
    IReadOnlyList<string> ExposeHeaders,
    int? MaxAge,
    bool AllowCredentials);
