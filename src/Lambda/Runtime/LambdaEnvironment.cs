using System.Collections.Concurrent;

namespace PhotoLambda.Lambda;

/// <summary>
/// The environment variables that Lambda sets; those of the process, or others for a function within a test.
/// <see href="https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"/>
/// </summary>
internal sealed class LambdaEnvironment
{
    private readonly ConcurrentDictionary<string, string?>? _values;
    private readonly Stream? _logOutput;

    public LambdaEnvironment(IEnumerable<KeyValuePair<string, string?>> values, Stream? logOutput = null)
    {
        _values = new(values);
        _logOutput = logOutput;
    }

    private LambdaEnvironment()
    {
    }

    public static LambdaEnvironment Process { get; } = new();

    public LambdaLog Log => field ??= new LambdaLog(this, _logOutput);

    public string? RuntimeApi => this["AWS_LAMBDA_RUNTIME_API"];

    /// <summary>Handle one event and end: for debuggers and for tools that start a process for each event.</summary>
    public bool RunOnce => IsTrue("AWS_LAMBDA_DOTNET_DEBUG_RUN_ONCE");

    /// <summary>Null when not set or empty.</summary>
    public string? this[string name]
    {
        get
        {
            var value = _values is null ? Environment.GetEnvironmentVariable(name) : _values.GetValueOrDefault(name);
            return string.IsNullOrEmpty(value) ? null : value;
        }

        set
        {
            if (_values is null)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
            else
            {
                _values[name] = value;
            }
        }
    }

    public bool IsTrue(string name) => this[name] is { } value
        && (value == "1" || value.Equals("true", StringComparison.OrdinalIgnoreCase));
}
