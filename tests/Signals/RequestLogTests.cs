using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>The line that each request leaves in the log.</summary>
public class RequestLogTests(CloudFixture cloud)
{
    [Fact]
    public async Task A_line_names_route_outcome_and_organization_but_no_user()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionChild.OnLambda(cloud, api, "UploadUrl");
        var organization = $"org-{Guid.NewGuid():N}";
        var token = await cloud.TokenAsync(organization);

        var answer = await api.RequestAsync("GET", $"/api/v1/photos/{Guid.NewGuid()}", token,
            query: "a=the-query", headers: [("x-correlation-id", "the-correlation")]);

        var line = (await function.SaysAsync(IsRequest))[0];
        Assert.Equal("GET", line.GetProperty("Method").GetString());
        Assert.Equal("/api/v1/photos/{id}", line.GetProperty("Route").GetString());
        Assert.Equal(404, line.GetProperty("Status").GetInt32());
        Assert.Equal("photo-not-found", line.GetProperty("Problem").GetString());
        Assert.Equal(organization, line.GetProperty("Organization").GetString());
        Assert.Equal("the-correlation", line.GetProperty("CorrelationId").GetString());
        Assert.Equal(answer.Body.Length, line.GetProperty("BytesOut").GetInt32());
        Assert.True(line.GetProperty("Milliseconds").GetDouble() > 0);
        Assert.True(Guid.TryParse(line.GetProperty("requestId").GetString(), out _));
        Assert.DoesNotContain("the-query", line.GetRawText());
    }

    [Fact]
    public async Task A_line_tells_how_much_came_in()
    {
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionChild.OnLambda(cloud, api, "UploadUrl");
        var body = JsonSerializer.Serialize(new { name = "Harbour" });

        await api.RequestAsync("POST", "/api/v1/projects", await cloud.TokenAsync($"org-{Guid.NewGuid():N}"), body);

        var line = (await function.SaysAsync(IsRequest))[0];
        Assert.Equal(body.Length, line.GetProperty("BytesIn").GetInt32());
        Assert.Equal(201, line.GetProperty("Status").GetInt32());
        Assert.False(line.TryGetProperty("Problem", out _));
    }

    [Fact]
    public async Task The_console_of_a_server_is_JSON_too()
    {
        var (function, _) = await FunctionChild.OnKestrelAsync(cloud);
        await using (function)
        {
            var line = (await function.SaysAsync(l => l.TryGetProperty("State", out _)))[0];

            Assert.Equal("/healthz", line.GetProperty("State").GetProperty("Route").GetString());
            Assert.Equal(3, line.GetProperty("State").GetProperty("BytesOut").GetInt32());
        }
    }

    private static bool IsRequest(JsonElement line) => line.TryGetProperty("Milliseconds", out _);
}
