using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>An answer of the API with its headers, for tests that look at more than the body.</summary>
internal sealed record ApiAnswer(int Status, HttpResponseHeaders Headers, string Text)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The end of the problem's type.</summary>
    public string? Problem => Status < 400 ? null : Json.GetProperty("type").GetString()!.Split(':')[^1];

    public JsonElement[] Items => [.. Json.GetProperty("items").EnumerateArray()];

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.Single() : null;
}

internal static class ApiRequests
{
    public static async Task<ApiAnswer> PostAsync(
        this ApiClient client, string path, object? body, string? key = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, path);
        if (body is not null)
        {
            var json = body as string ?? JsonSerializer.Serialize(body);
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new ApiAnswer((int)response.StatusCode, response.Headers,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>A project with a policy, and the body of a request for a ticket in it.</summary>
    public static async Task<object> NewTicketRequestAsync(this ApiClient client, object? policy = null) =>
        TicketRequest(await client.NewProjectAsync(policy));

    public static async Task<string> NewProjectAsync(this ApiClient client, object? policy)
    {
        var answer = await client.PostAsync("/api/v1/projects", new { name = "Harbour", policy });
        Assert.Equal(201, answer.Status);
        return answer.Json.GetProperty("id").GetString()!;
    }

    public static Dictionary<string, object?> TicketRequest(
        string project, string type = "image/jpeg", long size = 2048, string? sha256 = null) => new()
        {
            ["project_id"] = project,
            ["file_name"] = "photo.jpg",
            ["file_size"] = size,
            ["mime_type"] = type,
            ["sha256"] = sha256,
        };

    /// <summary>How many photos the organization has.</summary>
    public static async Task<long> PhotosAsync(this CloudFixture cloud, ApiClient client) => (long)(await cloud.RowAsync(
        "select count(*) from photos where organization_id = $1", client.Organization))[0]!;

    /// <summary>How many tickets count against the limits of the organization's users.</summary>
    public static async Task<long> GrantedAsync(this CloudFixture cloud, ApiClient client) => (long)(await cloud.RowAsync(
        "select coalesce(sum(g), 0) from rate_limits, unnest(granted) g where organization_id = $1",
        client.Organization))[0]!;

    /// <summary>Makes all that was granted so many slots of five seconds older.</summary>
    public static Task AgeAsync(this CloudFixture cloud, ApiClient client, long slots) => cloud.RowAsync(
        "update rate_limits set slot = slot - $2 where organization_id = $1", client.Organization, slots);
}
