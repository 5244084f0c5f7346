using System.Buffers;
using System.Text.Json;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Functions;

/// <summary>A queue that survives a restart, as three functions of whoever has one.</summary>
/// <param name="Send">Takes a text, and how long nobody shall receive it.</param>
/// <param name="Receive">Waits for a message; null when there is none for some time. It stays hidden until
/// deleted.</param>
internal sealed record DurableQueue(
    Func<string, TimeSpan, CancellationToken, Task> Send,
    Func<CancellationToken, Task<DurableMessage?>> Receive,
    Func<DurableMessage, CancellationToken, Task> Delete);

internal sealed record DurableMessage(string Handle, string Body);

/// <summary>Sends an event that failed for good, or a record of it, to a queue.</summary>
/// <param name="attributes">Say why; none of a record, which says it itself.</param>
internal delegate Task DeadLetter(
    string queueArn, byte[] payload, IReadOnlyDictionary<string, string> attributes, CancellationToken cancellation);

/// <summary>
/// Asynchronous invocations of one function: kept, tried again after one and two minutes as Lambda does, then sent to
/// the dead-letter queue, and a record of them to the destination of failures. At least once: an event may be run
/// twice when the local cloud is killed meanwhile.
/// </summary>
/// <remarks>lambda/latest/dg/invocation-async-error-handling.html</remarks>
internal sealed class AsyncInvoker(
    FunctionResource function,
    Func<byte[], CancellationToken, Task<InvocationResult>> invoke,
    DurableQueue queue,
    DeadLetter deadLetter)
{
    /// <summary>Before the second and the third try.</summary>
    public IReadOnlyList<TimeSpan> Pauses { get; init; } = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)];

    /// <summary>Keeps an event to be run; returns once it is safe.</summary>
    /// <returns>False when it is over <see cref="PayloadLimits.Asynchronous"/>.</returns>
    public async Task<bool> EnqueueAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        if (payload.Length > PayloadLimits.Asynchronous)
        {
            return false;
        }

        await queue.Send(
            new Event(Guid.NewGuid().ToString(), 1, payload.ToArray()).Write(), TimeSpan.Zero, cancellation);
        return true;
    }

    /// <summary>Runs events one after the other; start several for several at a time.</summary>
    /// <param name="cancellation">Ends it, with an <see cref="OperationCanceledException"/>.</param>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            if (await queue.Receive(cancellation) is not { } message)
            {
                continue;
            }

            var current = Event.Read(message.Body);
            var result = await invoke(current.Payload, cancellation);
            // A stop is not the function's failure: the event is run again after the next start.
            cancellation.ThrowIfCancellationRequested();
            if (!result.Succeeded)
            {
                await FailedAsync(current, result, cancellation);
            }

            // Last, so that a kill before it leaves the message to be received again.
            await queue.Delete(message, cancellation);
        }
    }

    private async Task FailedAsync(Event current, InvocationResult result, CancellationToken cancellation)
    {
        if (current.Attempt <= function.MaximumRetryAttempts)
        {
            await queue.Send(
                (current with { Attempt = current.Attempt + 1 }).Write(), Pauses[current.Attempt - 1], cancellation);
        }
        else
        {
            await GiveUpAsync(current, result, cancellation);
        }
    }

    private async Task GiveUpAsync(Event current, InvocationResult result, CancellationToken cancellation)
    {
        if (function.OnFailureQueueArn is { } destination)
        {
            var record = InvocationRecord.Write(
                function.FunctionName, current.RequestId, current.Attempt, current.Payload, result);
            await deadLetter(destination, record, new Dictionary<string, string>(), cancellation);
        }

        if (function.DeadLetterQueueArn is { } arn)
        {
            var attributes = new Dictionary<string, string>
            {
                ["RequestID"] = current.RequestId,
                ["ErrorCode"] = "200",
                ["ErrorMessage"] = Shorten(Failures.Describe(result)),
            };
            await deadLetter(arn, current.Payload, attributes, cancellation);
        }
    }

    /// <summary>Lambda cuts the message's attribute at 1 KB.</summary>
    private static string Shorten(string text) => text.Length <= 1_024 ? text : text[..1_024];

    private sealed record Event(string RequestId, int Attempt, byte[] Payload)
    {
        public static Event Read(string body)
        {
            using var json = JsonDocument.Parse(body);
            return new Event(
                json.RootElement.GetProperty("requestId").GetString()!,
                json.RootElement.GetProperty("attempt").GetInt32(),
                json.RootElement.GetProperty("payload").GetBytesFromBase64());
        }

        public string Write()
        {
            var json = new ArrayBufferWriter<byte>(Payload.Length + 256);
            using (var writer = new Utf8JsonWriter(json))
            {
                writer.WriteStartObject();
                writer.WriteString("requestId", RequestId);
                writer.WriteNumber("attempt", Attempt);
                writer.WriteBase64String("payload", Payload);
                writer.WriteEndObject();
            }

            return System.Text.Encoding.UTF8.GetString(json.WrittenSpan);
        }
    }
}
