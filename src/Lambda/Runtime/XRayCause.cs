using System.Buffers;
using System.Text;
using System.Text.Json;

namespace PhotoLambda.Lambda;

/// <summary>The exception as X-Ray shows it in a trace: JSON on one line, in ASCII, for a request header.</summary>
internal static class XRayCause
{
    // Lambda takes a megabyte, but the limit for all headers together is 32 KB in servers such as Kestrel.
    private const int MaximumBytes = 16 * 1024;
    private const int MaximumFrames = 32;
    private const int MaximumMessage = 1000;

    /// <returns>Null if it would not fit: the error itself is reported in the body anyway.</returns>
    public static string? Describe(Exception exception)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            var frames = ErrorPayload.Stack(exception).Take(MaximumFrames).Select(Frame.Parse).ToArray();
            json.WriteStartObject();
            json.WriteString("working_directory", Environment.CurrentDirectory);
            WriteException(json, exception, frames);
            WritePaths(json, frames);
            json.WriteEndObject();
        }

        return buffer.WrittenCount <= MaximumBytes ? Encoding.ASCII.GetString(buffer.WrittenSpan) : null;
    }

    private static void WriteException(Utf8JsonWriter json, Exception exception, Frame[] frames)
    {
        var message = exception.Message;
        json.WriteStartArray("exceptions");
        json.WriteStartObject();
        json.WriteString("type", exception.GetType().Name);
        json.WriteString("message", message.Length > MaximumMessage ? message[..MaximumMessage] : message);
        json.WriteStartArray("stack");
        foreach (var frame in frames)
        {
            json.WriteStartObject();
            json.WriteString("label", frame.Label);
            json.WriteString("path", frame.Path);
            json.WriteNumber("line", frame.Line);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WritePaths(Utf8JsonWriter json, Frame[] frames)
    {
        json.WriteStartArray("paths");
        foreach (var path in frames.Select(frame => frame.Path).Where(path => path.Length > 0).Distinct())
        {
            json.WriteStringValue(path);
        }

        json.WriteEndArray();
    }

    /// <summary>From a line such as <c>at Type.Method() in /src/File.cs:line 12</c>, the file being optional.</summary>
    private sealed record Frame(string Label, string Path, int Line)
    {
        public static Frame Parse(string text)
        {
            var label = text.StartsWith("at ", StringComparison.Ordinal) ? text[3..] : text;
            var path = label.IndexOf(" in ", StringComparison.Ordinal);
            var line = label.LastIndexOf(":line ", StringComparison.Ordinal);
            return path > 0 && line > path && int.TryParse(label.AsSpan(line + 6), out var number)
                ? new(label[..path], label[(path + 4)..line], number)
                : new(label, "", 0);
        }
    }
}
