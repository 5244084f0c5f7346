using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>Registers objects as a client does, and asks until they are stored or rejected.</summary>
internal static class BulkRequests
{
    public const string Route = "/api/v1/photos/bulk";

    /// <summary>A descriptor that has nothing but what it must have, with changes.</summary>
    public static JsonObject Descriptor(string project, string name, params (string Member, JsonNode? Value)[] changes)
    {
        var descriptor = new JsonObject
        {
            ["project_id"] = project,
            ["s3_key"] = $"{project}/{name}.jpg",
            ["mime_type"] = "image/jpeg",
            ["file_size"] = 4_000_000,
        };
        foreach (var (member, value) in changes)
        {
            descriptor[member] = value;
        }

        return descriptor;
    }

    public static JsonObject[] Descriptors(string project, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Descriptor(project, $"{i}"))];

    /// <summary>The body of a request.</summary>
    public static string Body(params JsonObject[] descriptors) =>
        new JsonObject { ["photos"] = new JsonArray(descriptors) }.ToJsonString();

    /// <returns>The answer that accepted the batch.</returns>
    public static async Task<JsonElement> RegisterAsync(this ApiClient client, params JsonObject[] descriptors)
    {
        var answer = await client.PostAsync(Route, Body(descriptors));
        Assert.True(answer.Status == 202, answer.Text);
        return answer.Json;
    }

    public static async Task<JsonElement> BatchAsync(this ApiClient client, JsonElement accepted, string query = "")
    {
        var (status, batch) = await client.SendAsync(HttpMethod.Get, $"/api/v1/bulk/{Id(accepted)}{query}");
        Assert.Equal(HttpStatusCode.OK, status);
        return batch;
    }

    /// <summary>Asks for the batch until it is finished.</summary>
    public static async Task<JsonElement> FinishedAsync(this ApiClient client, JsonElement accepted, string query = "")
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var batch = await client.BatchAsync(accepted, query);
            if (batch.GetProperty("finished").GetBoolean())
            {
                return batch;
            }

            // Polling is what a client does; the server decides when there is something to see.
            await Task.Delay(50, limit.Token);
        }
    }

    public static Guid Id(JsonElement accepted) => accepted.GetProperty("batch_id").GetGuid();

    /// <summary>done, stored, duplicates and rejected.</summary>
    public static long[] Counts(JsonElement batch) =>
    [
        batch.GetProperty("done").GetInt64(), batch.GetProperty("stored").GetInt64(),
        batch.GetProperty("duplicates").GetInt64(), batch.GetProperty("rejected").GetInt64(),
    ];

    public static JsonElement[] Rejects(JsonElement batch) =>
        [.. batch.GetProperty("rejects").GetProperty("items").EnumerateArray()];

    public static string? Next(JsonElement batch) =>
        batch.GetProperty("rejects").GetProperty("next_cursor").GetString();
}
