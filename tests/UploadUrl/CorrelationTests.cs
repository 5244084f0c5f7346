using System.Net.Http.Json;

namespace PhotoLambda.Tests;

/// <summary>One id ties request, answer, row and job together.</summary>
public class CorrelationTests(CloudFixture cloud)
{
    [Fact]
    public async Task The_clients_id_is_echoed_and_lands_in_row_and_job()
    {
        using var client = await cloud.NewOrganizationAsync();
        var bytes = ImageBuilder.Jpeg(length: 4096);
        var id = $"trace:{Guid.NewGuid()}/a.b_c=+";
        client.Http.DefaultRequestHeaders.Add("X-Correlation-Id", id);

        var ticket = await client.NewTicketAsync(await client.NewProjectAsync(), bytes);
        await ApiClient.PutAsync(ticket, bytes);
        await client.UntilAsync(ticket, "processing");

        Assert.Equal([id, id], await cloud.RowAsync(
            """
            select p.correlation_id, o.message->>'correlation_id'
            from photos p join outbox o on o.photo_id = p.id where p.id = $1
            """,
            ticket.GetProperty("photo_id").GetGuid()));
        Assert.Equal(id, await AnsweredAsync(client));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\"b")]
    [InlineData("a,b")]
    [InlineData("129")]
    public async Task An_id_that_is_missing_or_unfit_is_replaced(string? sent)
    {
        using var client = await cloud.NewOrganizationAsync();
        if (sent is not null)
        {
            client.Http.DefaultRequestHeaders.TryAddWithoutValidation(
                "X-Correlation-Id", sent == "129" ? new string('a', 129) : sent);
        }

        Assert.Equal(7, Guid.Parse(await AnsweredAsync(client)).Version);
    }

    /// <returns>The id in the header of an answer, which is the one in its problem.</returns>
    private static async Task<string> AnsweredAsync(ApiClient client)
    {
        using var answer = await client.Http.GetAsync("/api/v1/nothing", TestContext.Current.CancellationToken);
        var problem = await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(
            TestContext.Current.CancellationToken);
        var id = answer.Headers.GetValues("X-Correlation-Id").Single();
        Assert.Equal(id, problem.GetProperty("correlation_id").GetString());
        return id;
    }
}
