using System.Buffers;
using System.Text.Json;
using PhotoLambda.Local.S3;

namespace PhotoLambda.Local.Functions;

/// <summary>What a destination gets of an asynchronous event.</summary>
/// <remarks>lambda/latest/dg/invocation-async-retain-records.html</remarks>
internal static class InvocationRecord
{
    /// <param name="invocations">How often the function was run with the event.</param>
    public static byte[] Write(
        string functionName, string requestId, int invocations, byte[] payload, InvocationResult result)
    {
        var json = new ArrayBufferWriter<byte>(payload.Length + result.Payload.Length + 512);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("version", "1.0");
            writer.WriteString("timestamp", S3Time.Iso(DateTimeOffset.UtcNow));
            writer.WriteStartObject("requestContext");
            writer.WriteString("requestId", requestId);
            writer.WriteString("functionArn", CloudIdentity.FunctionArn(functionName) + ":$LATEST");
            writer.WriteString("condition", "RetriesExhausted");
            writer.WriteNumber("approximateInvokeCount", invocations);
            writer.WriteEndObject();
            WriteJson(writer, "requestPayload", payload);
            writer.WriteStartObject("responseContext");
            writer.WriteNumber("statusCode", 200);
            writer.WriteString("executedVersion", "$LATEST");
            writer.WriteString("functionError", result.FunctionError);
            writer.WriteEndObject();
            WriteJson(writer, "responsePayload", result.Payload.Span);
            writer.WriteEndObject();
        }

        return json.WrittenSpan.ToArray();
    }

    /// <summary>The document as it is; null when a function has answered with something else.</summary>
    private static void WriteJson(Utf8JsonWriter writer, string name, ReadOnlySpan<byte> document)
    {
        writer.WritePropertyName(name);
        try
        {
            var reader = new Utf8JsonReader(document);
            using var json = JsonDocument.ParseValue(ref reader);
            json.RootElement.WriteTo(writer);
        }
        catch (JsonException)
        {
            writer.WriteNullValue();
        }
    }
}
