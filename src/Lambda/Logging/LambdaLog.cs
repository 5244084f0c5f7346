using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace PhotoLambda.Lambda;

/// <summary>
/// The function's log: JSON lines or text, as the function is configured, to the descriptor that the host gives
/// or else to standard output.
/// <see href="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html"/>
/// </summary>
internal sealed class LambdaLog
{
    private const int KeptBuffer = 64 * 1024;
    private readonly Lock _lock = new();
    private readonly Stream _output;
    private readonly bool _framed;
    private readonly bool _json;
    private ArrayBufferWriter<byte> _buffer = new(1024);

    /// <param name="output">Where to write in place of what the environment says.</param>
    public LambdaLog(LambdaEnvironment environment, Stream? output)
    {
        _json = string.Equals(environment["AWS_LAMBDA_LOG_FORMAT"], "JSON", StringComparison.OrdinalIgnoreCase);
        ConfiguredLevel = LogLevels.Parse(environment["AWS_LAMBDA_LOG_LEVEL"]);
        if (output is null && TelemetryDescriptor(environment) is { } descriptor)
        {
            _framed = true;
            output = new FileStream(new SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        }

        _output = output ?? Console.OpenStandardOutput();
    }

    /// <summary>The level the function is configured for; null where the host sets none.</summary>
    public LogLevel? ConfiguredLevel { get; }

    public bool IsEnabled(LogLevel level) =>
        level >= (ConfiguredLevel ?? LogLevel.Information) && level != LogLevel.None;

    public void Error(string message, Exception? exception = null) =>
        Write(new LogEntry(LogLevel.Error, message) { Exception = exception });

    public void Write(in LogEntry entry)
    {
        if (!IsEnabled(entry.Level))
        {
            return;
        }

        var now = DateTimeOffset.UtcNow;
        lock (_lock)
        {
            if (_framed)
            {
                LogFrame.Reserve(_buffer);
            }

            Format(entry, now);
            if (_framed)
            {
                LogFrame.Complete(_buffer, _json, now);
            }

            // One write, so that lines of several threads and of native code do not mix.
            _output.Write(_buffer.WrittenSpan);
            _output.Flush();
            Reset();
        }
    }

    private static int? TelemetryDescriptor(LambdaEnvironment environment) =>
        uint.TryParse(environment["_LAMBDA_TELEMETRY_LOG_FD"], CultureInfo.InvariantCulture, out var number)
            ? (int)number
            : null;

    private void Format(in LogEntry entry, DateTimeOffset now)
    {
        if (_json)
        {
            JsonLogLine.Write(_buffer, entry, now);
        }
        else
        {
            WriteText(entry, now);
        }

        if (!_framed)
        {
            _buffer.Write("\n"u8);
        }
    }

    private void WriteText(in LogEntry entry, DateTimeOffset now)
    {
        var time = now.ToString(JsonLogLine.TimeFormat, CultureInfo.InvariantCulture);
        var category = entry.Category is null ? "" : entry.Category + ": ";
        var exception = entry.Exception is null ? "" : $"\n{entry.Exception}";
        var requestId = LambdaContext.Current?.AwsRequestId;
        Encoding.UTF8.GetBytes(
            $"{time}\t{requestId}\t{LogLevels.Short(entry.Level)}\t{category}{entry.Message}{exception}", _buffer);
    }

    private void Reset()
    {
        if (_buffer.Capacity > KeptBuffer)
        {
            _buffer = new ArrayBufferWriter<byte>(1024);
        }

        _buffer.ResetWrittenCount();
    }
}
