using System.Text.Json;

namespace PhotoLambda.Local.Sqs;

/// <summary>
/// A function's partial batch response, <c>{"batchItemFailures":[{"itemIdentifier":"id"}]}</c>.
/// Source: lambda/latest/dg/services-sqs-errorhandling.html, "Success and failure conditions".
/// </summary>
internal static class BatchResponse
{
    private static readonly HashSet<string> None = [];

    /// <param name="response">What the function answered; may be empty.</param>
    /// <param name="batch">The ids of the messages it was given.</param>
    /// <returns>The ids of the messages that failed: all of them when the answer is not valid.</returns>
    public static HashSet<string> Failures(ReadOnlyMemory<byte> response, HashSet<string> batch)
    {
        if (response.IsEmpty)
        {
            return None;
        }

        try
        {
            using var json = JsonDocument.Parse(response);
            return json.RootElement.ValueKind switch
            {
                JsonValueKind.Null => None,
                JsonValueKind.Object => Failures(json.RootElement, batch),
                _ => batch,
            };
        }
        catch (JsonException)
        {
            return batch;
        }
    }

    private static HashSet<string> Failures(JsonElement response, HashSet<string> batch)
    {
        if (!response.TryGetProperty("batchItemFailures", out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return None;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            return batch;
        }

        HashSet<string> failed = [];
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object
                || !item.TryGetProperty("itemIdentifier", out var id) || id.ValueKind != JsonValueKind.String
                || !batch.Contains(id.GetString()!))
            {
                return batch;
            }

            failed.Add(id.GetString()!);
        }

        return failed;
    }
}
