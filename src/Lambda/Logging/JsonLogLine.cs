using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PhotoLambda.Lambda;

/// <summary>
/// One log message as a JSON object. The values that went into the message and those of the scopes become members
/// of their own, so that CloudWatch Logs Insights finds them; the innermost wins a name.
/// </summary>
internal static class JsonLogLine
{
    public const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    // The line goes to a log, never into a page: letters beyond ASCII may stay readable.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(IBufferWriter<byte> output, in LogEntry entry, DateTimeOffset now)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteString("timestamp", now.ToString(TimeFormat, CultureInfo.InvariantCulture));
        json.WriteString("level", LogLevels.Long(entry.Level));
        if (LambdaContext.Current is { } context)
        {
            json.WriteString("requestId", context.AwsRequestId);
            WriteText(json, "traceId", context.TraceId);
            WriteText(json, "tenantId", context.TenantId);
        }

        json.WriteString("message", entry.Message);
        WriteText(json, "category", entry.Category);
        WriteText(json, "eventName", entry.EventId.Name);
        WriteException(json, entry.Exception);
        WriteValues(json, entry);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteException(Utf8JsonWriter json, Exception? exception)
    {
        if (exception is null)
        {
            return;
        }

        json.WriteString("errorType", exception.GetType().FullName);
        json.WriteString("errorMessage", exception.Message);
        json.WriteStartArray("stackTrace");
        foreach (var line in exception.ToString().Split('\n'))
        {
            json.WriteStringValue(line.TrimEnd());
        }

        json.WriteEndArray();
    }

    private static void WriteValues(Utf8JsonWriter json, in LogEntry entry)
    {
        if (entry.State is null && entry.Scopes is null)
        {
            return;
        }

        // Scopes come outermost first: a later value replaces an earlier one of the same name.
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        entry.Scopes?.ForEachScope(static (scope, into) => Collect(scope, into), values);
        Collect(entry.State, values);
        foreach (var (name, value) in values)
        {
            json.WritePropertyName(name);
            WriteValue(json, value);
        }
    }

    private static void Collect(object? state, Dictionary<string, object?> into)
    {
        foreach (var (name, value) in state as IEnumerable<KeyValuePair<string, object?>> ?? [])
        {
            if (value is not null && !IsTaken(name))
            {
                into[name] = value;
            }
        }
    }

    private static bool IsTaken(string name) => name is "{OriginalFormat}" or "timestamp" or "level" or "requestId"
        or "traceId" or "tenantId" or "message" or "category" or "eventName" or "errorType" or "errorMessage"
        or "stackTrace";

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case byte or sbyte or short or ushort or int or uint or long:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case decimal number:
                json.WriteNumberValue(number);
                break;
            case DateTime or DateTimeOffset:
                json.WriteStringValue(((IFormattable)value).ToString("O", CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
