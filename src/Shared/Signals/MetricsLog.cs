using System.Buffers;
using System.Text.Json;

namespace PhotoLambda.Signals;

/// <summary>
/// Metrics as lines of the log, out of which CloudWatch Logs makes them: the function makes no call, and waits for
/// none.
/// </summary>
/// <seealso href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html"/>
/// <param name="output">Written to by one call for each line, so that lines of several writers do not mix.</param>
internal sealed class MetricsLog(Stream output, TimeProvider time) : IDisposable
{
    private const string Setting = "PHOTOLAMBDA_METRICS";

    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _json = new(Stream.Null);

    /// <summary>
    /// Standard output, which Lambda takes to CloudWatch Logs. Elsewhere nobody may read it: there it is off unless
    /// <c>PHOTOLAMBDA_METRICS</c> is <c>on</c>.
    /// </summary>
    /// <returns>Null when off.</returns>
    /// <exception cref="SettingException">The setting is neither <c>on</c> nor <c>off</c>.</exception>
    public static MetricsLog? Open(Func<string, string?> variable) => Settings.Optional(variable, Setting) switch
    {
        // The process's own variable: a function within another program has no log of its own.
        null => Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API") is null ? null : ToOutput(),
        "on" => ToOutput(),
        "off" => null,
        var other => throw new SettingException(
            Setting, $"is {Settings.Quoted(other)}; set it to on or off, or leave it."),
    };

    /// <param name="dimensions">Values, in the order of the set; none is empty.</param>
    /// <param name="values">In the order of the set's metrics; finite.</param>
    public void Write(MetricSet set, ReadOnlySpan<string> dimensions, ReadOnlySpan<double> values)
    {
        lock (_lock)
        {
            _buffer.ResetWrittenCount();
            _json.Reset(_buffer);
            _json.WriteStartObject();
            _json.WriteStartObject("_aws"u8);
            _json.WriteNumber("Timestamp"u8, time.GetUtcNow().ToUnixTimeMilliseconds());
            _json.WritePropertyName("CloudWatchMetrics"u8);
            _json.WriteRawValue(set.Directives, skipInputValidation: true);
            _json.WriteEndObject();
            for (var i = 0; i < dimensions.Length; i++)
            {
                _json.WriteString(set.Dimensions[i], dimensions[i]);
            }

            for (var i = 0; i < values.Length; i++)
            {
                _json.WriteNumber(set.Metrics[i], values[i]);
            }

            _json.WriteEndObject();
            _json.Flush();
            _buffer.Write("\n"u8);
            output.Write(_buffer.WrittenSpan);
        }
    }

    public void Dispose() => _json.Dispose();

    private static MetricsLog ToOutput() => new(Console.OpenStandardOutput(), TimeProvider.System);
}
