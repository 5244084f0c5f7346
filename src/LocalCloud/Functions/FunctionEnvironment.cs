using System.Globalization;
using PhotoLambda.Local.Iam;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Functions;

/// <summary>
/// The variables that a function sees: Lambda's, the template's, and what a process needs to start at all.
/// </summary>
/// <remarks>lambda/latest/dg/configuration-envvars.html</remarks>
internal static class FunctionEnvironment
{
    /// <summary>
    /// Of the developer's own environment only these go through; a function must not come to rely on others.
    /// </summary>
    private static readonly string[] Inherited =
        ["PATH", "HOME", "TMPDIR", "DOTNET_ROOT", "DOTNET_ROOT_X64", "SystemRoot", "USERPROFILE", "TEMP", "TMP"];

    /// <param name="runtimeApi">As <c>127.0.0.1:port/prefix</c>.</param>
    /// <param name="endpointUrl">Where the SDKs find the cloud.</param>
    /// <param name="taskRoot">The folder of the program.</param>
    public static Dictionary<string, string?> Of(
        FunctionResource function, string runtimeApi, Uri endpointUrl, string taskRoot, string instance)
    {
        var variables = Inherited
            .Select(name => (name, value: Environment.GetEnvironmentVariable(name)))
            .Where(v => v.value is not null)
            .ToDictionary(v => v.name, v => v.value, StringComparer.Ordinal);
        foreach (var (name, value) in function.Environment)
        {
            variables[name] = value;
        }

        variables["AWS_LAMBDA_RUNTIME_API"] = runtimeApi;
        variables["AWS_LAMBDA_FUNCTION_NAME"] = function.FunctionName;
        variables["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST";
        variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = function.MemorySize.ToString(CultureInfo.InvariantCulture);
        variables["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand";
        variables["AWS_LAMBDA_LOG_GROUP_NAME"] = $"/aws/lambda/{function.FunctionName}";
        variables["AWS_LAMBDA_LOG_STREAM_NAME"] = instance;
        variables["AWS_LAMBDA_LOG_FORMAT"] = function.LogFormat;
        if (function.ApplicationLogLevel is { } level)
        {
            variables["AWS_LAMBDA_LOG_LEVEL"] = level;
        }

        variables["AWS_EXECUTION_ENV"] = $"AWS_Lambda_{function.Runtime}";
        variables["AWS_REGION"] = CloudIdentity.Region;
        variables["AWS_DEFAULT_REGION"] = CloudIdentity.Region;
        var principal = Principal.Of(function);
        variables["AWS_ACCESS_KEY_ID"] = principal.AccessKeyId;
        variables["AWS_SECRET_ACCESS_KEY"] = principal.SecretAccessKey;
        variables["AWS_ENDPOINT_URL"] = endpointUrl.AbsoluteUri.TrimEnd('/');
        variables["LAMBDA_TASK_ROOT"] = taskRoot;
        variables["_HANDLER"] = function.Handler;
        variables["TZ"] = ":UTC";
        variables["LANG"] = "en_US.UTF-8";
        return variables;
    }
}
