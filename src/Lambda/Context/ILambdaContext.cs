namespace PhotoLambda.Lambda;

/// <summary>What Lambda tells about the invocation in hand and about the function it runs in.</summary>
public interface ILambdaContext
{
    /// <summary>The id of this invocation; a retry of the same event has the same one.</summary>
    string AwsRequestId { get; }

    /// <summary>Set when the caller is an application that uses the AWS Mobile SDK, else null.</summary>
    IClientContext? ClientContext { get; }

    string FunctionName { get; }

    string FunctionVersion { get; }

    /// <summary>Set when the caller is an application that uses the AWS Mobile SDK, else null.</summary>
    ICognitoIdentity? Identity { get; }

    /// <summary>The ARN that the caller used: of the function, or of a version or an alias of it.</summary>
    string InvokedFunctionArn { get; }

    ILambdaLogger Logger { get; }

    string LogGroupName { get; }

    string LogStreamName { get; }

    /// <summary>The configured memory in MB; 0 where the host does not tell.</summary>
    int MemoryLimitInMB { get; }

    /// <summary>
    /// The time until Lambda kills the invocation; negative when that has passed. Where the host sets no deadline,
    /// what is left of 15 minutes, the longest that Lambda allows.
    /// </summary>
    TimeSpan RemainingTime { get; }

    /// <summary>The X-Ray trace header as the host sent it, valid or not; null if none was sent.</summary>
    string? TraceId { get; }

    /// <summary>The tenant, for functions with tenant isolation; else null.</summary>
    string? TenantId { get; }
}
