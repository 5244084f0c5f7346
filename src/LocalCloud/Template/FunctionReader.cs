using System.Text;
using System.Text.RegularExpressions;

namespace PhotoLambda.Local.Template;

/// <remarks>serverless-application-model/latest/developerguide/sam-resource-function.html</remarks>
internal static partial class FunctionReader
{
    public static FunctionResource Read(
        string logicalId, string name, Properties function, FunctionEvents events, Secrets secrets)
    {
        function.AllowOnly(
            "Architectures", "AssumeRolePolicyDocument", "AutoPublishAlias", "AutoPublishAliasAllProperties",
            "AutoPublishCodeSha256", "CapacityProviderConfig", "CodeSigningConfigArn", "CodeUri", "DeadLetterQueue",
            "DeploymentPreference", "Description", "DurableConfig", "Environment", "EphemeralStorage",
            "EventInvokeConfig",
            "Events", "FileSystemConfigs", "FunctionName", "FunctionScalingConfig", "FunctionUrlConfig", "Handler",
            "ImageConfig", "ImageUri", "InlineCode", "KmsKeyArn", "Layers", "LoggingConfig", "MemorySize",
            "PackageType",
            "PermissionsBoundary", "Policies", "PropagateTags", "ProvisionedConcurrencyConfig",
            "PublishToLatestPublished",
            "RecursiveLoop", "ReservedConcurrentExecutions", "Role", "RolePath", "Runtime", "RuntimeManagementConfig",
            "SnapStart", "SourceKMSKeyArn", "Tags", "TenancyConfig", "Timeout", "Tracing", "VersionDeletionPolicy",
            "VersionDescription", "VpcConfig");
        if (function.Text("PackageType") == "Image")
        {
            throw function.Error("PackageType", "the local cloud runs programs, not images; use the package type Zip.");
        }

        var read = events.Read(logicalId, name, function.Map("Events"));
        var asynchronous = function.Map("EventInvokeConfig");
        var logging = function.Map("LoggingConfig");
        return new FunctionResource(
            logicalId,
            name,
            function.Required("Handler"),
            function.IsText("CodeUri") ? function.Required("CodeUri") : ".",
            function.Number("Timeout", 3, 1, 900),
            function.Number("MemorySize", 128, 128, 32_768),
            function.Number("ReservedConcurrentExecutions", 0, 1_000_000),
            Environment(function.Map("Environment"), secrets),
            read.Routes,
            read.Mappings,
            asynchronous?.Number("MaximumRetryAttempts", 0, 2) ?? 2,
            DeadLetterQueue(function.Map("DeadLetterQueue")))
        {
            HandlerPlace = function.Locate("Handler"),
            Runtime = function.Text("Runtime") ?? "dotnet10",
            LogFormat = logging?.Text("LogFormat") ?? "Text",
            ApplicationLogLevel = logging?.Text("ApplicationLogLevel"),
            Policies = PolicyReader.OfFunction(function),
            OnFailureQueueArn = OnFailure(asynchronous),
            Schedules = read.Schedules,
        };
    }

    /// <summary>
    /// The function's own variables, under the limits that Lambda would refuse to go over at deployment.
    /// </summary>
    /// <remarks>lambda/latest/dg/configuration-envvars.html</remarks>
    private static Dictionary<string, string> Environment(Properties? environment, Secrets secrets)
    {
        environment?.AllowOnly("Variables");
        var variables = environment?.Map("Variables");
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in variables?.Keys ?? [])
        {
            if (!VariableForm().IsMatch(name))
            {
                throw variables!.Error(
                    name, $"'{name}' is no name of a variable; begin with a letter, then letters, digits and _.");
            }

            if (Reserved().IsMatch(name))
            {
                throw variables!.Error(name, $"Lambda sets {name} itself and refuses it here; choose another name.");
            }

            read[name] = secrets.Resolve(variables!, name, variables!.Required(name));
        }

        var size = read.Sum(v => Encoding.UTF8.GetByteCount(v.Key) + Encoding.UTF8.GetByteCount(v.Value));
        return size <= 4_096
            ? read
            : throw variables!.Error(null, $"the variables have {size} bytes together; Lambda allows 4,096.");
    }

    private static string? OnFailure(Properties? asynchronous)
    {
        asynchronous?.AllowOnly("DestinationConfig", "MaximumEventAgeInSeconds", "MaximumRetryAttempts");
        var destinations = asynchronous?.Map("DestinationConfig");
        destinations?.AllowOnly("OnFailure");
        var failure = destinations?.Map("OnFailure");
        failure?.AllowOnly("Type", "Destination");
        return failure?.Text("Type") switch
        {
            null when failure is null => null,
            "SQS" => failure.Required("Destination"),
            _ => throw failure!.Error("Type", "the local cloud has destinations of the type SQS; name a queue."),
        };
    }

    private static string? DeadLetterQueue(Properties? queue) => queue?.Required("Type") switch
    {
        null => null,
        "SQS" => queue.Required("TargetArn"),
        var other =>
            throw queue.Error("Type", $"the local cloud has dead-letter queues of the type SQS, not '{other}'."),
    };

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]+$")]
    private static partial Regex VariableForm();

    [GeneratedRegex("""
        ^(AWS_(REGION|DEFAULT_REGION|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN|EXECUTION_ENV|LAMBDA_RUNTIME_API
        |LAMBDA_FUNCTION_(NAME|VERSION|MEMORY_SIZE)|LAMBDA_INITIALIZATION_TYPE|LAMBDA_LOG_(GROUP|STREAM)_NAME)
        |LAMBDA_(TASK_ROOT|RUNTIME_DIR))$
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Reserved();
}
