using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PhotoLambda.Lambda;

/// <summary>The body that reports a failed invocation or a failed start.</summary>
internal static partial class ErrorPayload
{
    private const int MaximumBytes = 256 * 1024;
    private const int MaximumCauses = 16;
    private const int ShortMessage = 16 * 1024;
    private const int ShortStack = 50;

    /// <returns>At most 256 KB: of a longer one, the beginning of its message and stack, and no cause.</returns>
    public static byte[] Write(Exception exception)
    {
        var whole = Write(exception, int.MaxValue, int.MaxValue, MaximumCauses);
        return whole.Length <= MaximumBytes ? whole : Write(exception, ShortMessage, ShortStack, 0);
    }

    /// <summary>
    /// The type in the form that hosts pass on; the Runtime Interface Emulator turns any other into Runtime.Unknown.
    /// </summary>
    public static string TypeForHeader(Exception exception) =>
        "Function." + NotAName().Replace(exception.GetType().Name, "");

    /// <summary>The stack, one line per frame; empty for an exception that was never thrown.</summary>
    public static IEnumerable<string> Stack(Exception exception) => (exception.StackTrace ?? "")
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static byte[] Write(Exception exception, int messageLength, int stackLines, int causes)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, exception, messageLength, stackLines, causes);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Exception exception, int messageLength, int stackLines, int causes)
    {
        var message = exception.Message;
        json.WriteStartObject();
        json.WriteString("errorMessage", message.Length > messageLength ? message[..messageLength] : message);
        json.WriteString("errorType", exception.GetType().Name);
        json.WriteStartArray("stackTrace");
        foreach (var line in Stack(exception).Take(stackLines))
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
        if (exception.InnerException is { } cause && causes > 0)
        {
            json.WritePropertyName("cause");
            Write(json, cause, messageLength, stackLines, causes - 1);
        }

        json.WriteEndObject();
    }

    [GeneratedRegex("[^A-Za-z0-9]")]
    private static partial Regex NotAName();
}
