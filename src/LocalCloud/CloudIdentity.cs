namespace PhotoLambda.Local;

/// <summary>The one account, region and key pair of the local cloud.</summary>
internal static class CloudIdentity
{
    public const string AccountId = "000000000000";
    public const string Region = "us-east-1";
    public const string AccessKeyId = "local";
    public const string SecretAccessKey = "local-secret";

    public static string QueueArn(string name) => $"arn:aws:sqs:{Region}:{AccountId}:{name}";

    public static string FunctionArn(string name) => $"arn:aws:lambda:{Region}:{AccountId}:function:{name}";

    /// <summary>Of a rule of EventBridge.</summary>
    public static string RuleArn(string name) => $"arn:aws:events:{Region}:{AccountId}:rule/{name}";

    public static string BucketArn(string name) => $"arn:aws:s3:::{name}";
}
