using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>What nobody foresaw.</summary>
public class InternalErrorTests(CloudFixture cloud)
{
    [Fact]
    public async Task A_failure_of_ours_is_500_and_tells_no_more_than_its_id()
    {
        await using var odd = await EmptyDatabase.NewAsync(cloud);
        await using var function = await LoneUploadUrl.StartAsync(cloud, await OddDatabase.MakeAsync(cloud, odd));

        var answer = await function.GetAsync(
            "/api/v1/projects", await cloud.TokenAsync($"org-{Guid.NewGuid():N}"));

        Assert.Equal((500, "urn:photolambda:problem:internal-error"), (answer.Status, answer.ProblemType));
        var problem = JsonDocument.Parse(answer.Body).RootElement;
        Assert.Equal(
            ["type", "title", "status", "instance", "correlation_id"],
            problem.EnumerateObject().Select(m => m.Name));
        Assert.Equal(answer.Headers["X-Correlation-Id"], problem.GetProperty("correlation_id").GetString());
    }

    [Fact]
    public async Task The_id_of_a_failure_finds_its_cause_in_the_log()
    {
        await using var odd = await EmptyDatabase.NewAsync(cloud);
        await using var api = await FakeRuntimeApi.StartAsync();
        await using var function = FunctionChild.OnLambda(
            cloud, api, "UploadUrl", ("PHOTOLAMBDA_DATABASE_URL", await OddDatabase.MakeAsync(cloud, odd)));

        var answer = await api.RequestAsync(
            "GET", "/api/v1/projects", await cloud.TokenAsync($"org-{Guid.NewGuid():N}"));

        Assert.Equal(500, answer.Status);
        var line = (await function.SaysAsync(l => l.TryGetProperty("errorType", out _)))[0];
        Assert.Equal(answer.Headers["X-Correlation-Id"], line.GetProperty("CorrelationId").GetString());
        Assert.Equal("Npgsql.PostgresException", line.GetProperty("errorType").GetString());
        Assert.Matches("^42[0-9A-Z]{3}: ", line.GetProperty("errorMessage").GetString());
    }
}
