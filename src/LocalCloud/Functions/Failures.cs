using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace PhotoLambda.Local.Functions;

/// <summary>The errors that Lambda itself reports for a function, in its words.</summary>
internal static class Failures
{
    /// <summary>Of a function that failed.</summary>
    public const string Unhandled = "Unhandled";

    /// <summary>The function was not run, since none of it may: the Invoke API's 429.</summary>
    public const string Throttled = "TooManyRequestsException";

    /// <summary>The function was not run, since the payload is over the limit: the Invoke API's 413.</summary>
    public const string RequestTooLarge = "RequestTooLargeException";

    public static InvocationResult TimedOut(string requestId, TimeSpan timeout) => Of(
        "Sandbox.Timedout",
        string.Create(
            CultureInfo.InvariantCulture,
            $"RequestId: {requestId} Error: Task timed out after {timeout.TotalSeconds:F2} seconds"));

    /// <param name="exitCode">As .NET gives it: 128 and the signal's number for a process ended by one.</param>
    public static InvocationResult Exited(string requestId, int exitCode) => Of(
        "Runtime.ExitError",
        $"RequestId: {requestId} Error: Runtime exited " + exitCode switch
        {
            0 => "without providing a reason",
            134 => "with error: signal: aborted",
            137 => "with error: signal: killed",
            139 => "with error: signal: segmentation fault",
            143 => "with error: signal: terminated",
            _ => $"with error: exit status {exitCode}",
        });

    public static InvocationResult InitTimedOut(TimeSpan budget) => Of(
        "Sandbox.Timedout",
        string.Create(
            CultureInfo.InvariantCulture,
            $"The runtime did not ask for an event within {budget.TotalSeconds:F2} seconds of its start"));

    public static InvocationResult ResponseTooLarge { get; } = Of(
        "Function.ResponseSizeTooLarge",
        $"Response payload size exceeded maximum allowed payload size ({PayloadLimits.Synchronous} bytes).");

    public static InvocationResult StreamingRefused { get; } = Of(
        "Runtime.StreamingNotSupported",
        "The local cloud takes buffered responses only: switch response streaming off.");

    public static InvocationResult Stopping { get; } = Of("Sandbox.Stopped", "The local cloud is stopping.");

    public static InvocationResult NoConcurrency { get; } = Of(
        "TooManyRequestsException", "Rate Exceeded: the function's reserved concurrency is 0.", Throttled);

    public static InvocationResult PayloadTooLarge { get; } = Of(
        "RequestTooLargeException", $"Request must be smaller than {PayloadLimits.Synchronous} bytes.",
        RequestTooLarge);

    /// <summary>
    /// The type and message of an error payload, for people; the payload is the function's and may be anything.
    /// </summary>
    public static string Describe(InvocationResult failure)
    {
        try
        {
            using var json = JsonDocument.Parse(failure.Payload);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? $"{Member(json.RootElement, "errorType")}: {Member(json.RootElement, "errorMessage")}"
                : json.RootElement.ToString();
        }
        catch (JsonException)
        {
            return "the error is not JSON";
        }
    }

    public static InvocationResult Of(string type, string message, string functionError = Unhandled)
    {
        var json = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("errorType", type);
            writer.WriteString("errorMessage", message);
            writer.WriteEndObject();
        }

        return new InvocationResult(false, json.WrittenMemory, functionError);
    }

    private static string Member(JsonElement error, string name) =>
        error.TryGetProperty(name, out var member) ? member.ToString() : "?";
}
