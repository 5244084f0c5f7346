using System.Text.Json;
using Npgsql;
using PhotoLambda.Bulk;

namespace PhotoLambda.BulkIngest;

/// <summary>Takes an event of a queue apart: no text is made of its messages.</summary>
internal static class QueueRecords
{
    /// <param name="input">The event.</param>
    /// <param name="bodies">As long as the event: gets the bodies, which are shorter.</param>
    /// <exception cref="JsonException">It is no event of a queue.</exception>
    public static void Read(ReadOnlyMemory<byte> input, Memory<byte> bodies, IngestBatch batch, MessageReader messages)
    {
        var json = new Utf8JsonReader(input.Span);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("The event is no object.");
        }

        var isFound = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isRecords = json.ValueTextEquals("Records"u8);
            json.Read();
            if (!isRecords || json.TokenType != JsonTokenType.StartArray)
            {
                json.Skip();
                continue;
            }

            isFound = true;
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                // What is passed over would count as done.
                if (json.TokenType != JsonTokenType.StartObject)
                {
                    throw new JsonException("A record of the event is no object.");
                }

                bodies = ReadRecord(ref json, input, bodies, batch, messages);
            }
        }

        if (!isFound)
        {
            throw new JsonException("The event has no Records.");
        }
    }

    /// <returns>What is left of the memory for bodies.</returns>
    private static Memory<byte> ReadRecord(
        ref Utf8JsonReader json, ReadOnlyMemory<byte> input, Memory<byte> bodies, IngestBatch batch,
        MessageReader messages)
    {
        ReadOnlyMemory<byte> id = default, body = default;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isId = json.ValueTextEquals("messageId"u8);
            var isBody = json.ValueTextEquals("body"u8);
            json.Read();
            if (json.TokenType == JsonTokenType.String && (isId || isBody))
            {
                var quoted = input[(int)json.TokenStartIndex..(int)json.BytesConsumed];
                (id, body) = isId ? (quoted, body) : (id, quoted);
            }

            json.Skip();
        }

        var message = batch.Begin(id.IsEmpty ? default : id[1..^1]);
        try
        {
            var length = Unescape(body.Span, bodies.Span);
            messages.Read(bodies[..length], message);
            return bodies[length..];
        }
        catch (InvalidOperationException)
        {
            batch.RejectMessage(message, default,
                new Reject(PostgresErrorCodes.UntranslatableCharacter, null, "must not have half a surrogate pair"),
                body);
            return bodies;
        }
    }

    private static int Unescape(ReadOnlySpan<byte> quoted, Span<byte> to)
    {
        if (quoted.IsEmpty)
        {
            return 0;
        }

        var json = new Utf8JsonReader(quoted);
        json.Read();
        return json.CopyString(to);
    }
}
