namespace PhotoLambda.Local;

/// <summary>The one account and region of the local cloud, and the key pair of its administrator.</summary>
internal static class CloudIdentity
{
    public const string AccountId = "000000000000";
    public const string Region = "us-east-1";
    public const string AccessKeyId = "local";
    public const string SecretAccessKey = "local-secret";

    /// <summary>Of the account itself, which is the administrator.</summary>
    public const string RootArn = $"arn:aws:iam::{AccountId}:root";

    public static string QueueArn(string name) => $"arn:aws:sqs:{Region}:{AccountId}:{name}";

    public static string FunctionArn(string name) => $"arn:aws:lambda:{Region}:{AccountId}:function:{name}";

    /// <summary>Of a rule of EventBridge.</summary>
    public static string RuleArn(string name) => $"arn:aws:events:{Region}:{AccountId}:rule/{name}";

    public static string BucketArn(string name) => $"arn:aws:s3:::{name}";

    public static string DistributionArn(string id) => $"arn:aws:cloudfront::{AccountId}:distribution/{id}";

    public static string RoleArn(string name) => $"arn:aws:iam::{AccountId}:role/{name}";

    /// <summary>The name of the role that SAM makes for a function.</summary>
    public static string RoleOf(string functionName) => functionName + "Role";
}
