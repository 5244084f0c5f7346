using System.Text.Json;
using static PhotoLambda.Tests.BulkRequests;

namespace PhotoLambda.Tests;

/// <summary>What a batch tells of itself, and the pages of what was rejected of it.</summary>
public class BatchRejectTests(CloudFixture cloud)
{
    private const string Insert = """
        with batch as (
          insert into ingest_batches (id, organization_id, source, total) values ($1, $2, 'backfill', null)
        ), parts as (
          insert into ingest_parts (batch_id, part, organization_id, rows)
          select $1, p, $2, 10 from generate_series(0, 2) p
        )
        insert into ingest_rejects (organization_id, batch_id, part, message_id, row_number, sqlstate, reason, row)
        select $2, $1, p, 'm', n, '23514', 'r', repeat('"', $3)
        from generate_series(0, 2) p, generate_series(-1, 2) n order by random()
        """;

    [Fact]
    public async Task Pages_have_every_reject_once_in_the_order_of_the_request()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (first, other) = (await BatchAsync(client, 1), await BatchAsync(client, 1));

        var places = new List<(int, int)>();
        var pages = new List<int>();
        string? cursor = null;
        do
        {
            var page = await client.BatchAsync(first, "?limit=5" + (cursor is null ? "" : "&cursor=" + cursor));
            places.AddRange(Rejects(page).Select(Place));
            pages.Add(Rejects(page).Length);
            Assert.Equal([30, 0, 18, 12], Counts(page));
            cursor = Next(page) ?? cursor;
            if (Next(page) is null)
            {
                break;
            }
        }
        while (true);

        Assert.Equal([5, 5, 2], pages);
        Assert.Equal(Enumerable.Range(0, 3).SelectMany(p => Enumerable.Range(-1, 4), (p, n) => (p, n)), places);
        var foreign = await client.PostAsync(
            $"/api/v1/bulk/{Id(other)}?cursor={cursor}", null, method: HttpMethod.Get);
        Assert.Equal((400, "cursor"), (foreign.Status,
            foreign.Json.GetProperty("errors")[0].GetProperty("field").GetString()));
    }

    [Fact]
    public async Task A_batch_without_a_total_has_no_progress()
    {
        using var client = await cloud.NewOrganizationAsync();

        var batch = await client.BatchAsync(await BatchAsync(client, 1));

        Assert.Equal(JsonValueKind.Null, batch.GetProperty("total").ValueKind);
        Assert.Equal(JsonValueKind.Null, batch.GetProperty("progress").ValueKind);
        Assert.False(batch.GetProperty("finished").GetBoolean());
        Assert.Equal("backfill", batch.GetProperty("source").GetString());
    }

    [Fact]
    public async Task Pages_of_long_rejects_fit_into_an_answer()
    {
        using var client = await cloud.NewOrganizationAsync();
        // As long as a row may be, and each character is four in the event that has the answer.
        var accepted = await BatchAsync(client, 1_048_576);

        var lengths = new List<int>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await client.BatchAsync(accepted, cursor.Length > 0 ? $"?cursor={cursor}" : "");
            lengths.Add(Rejects(page).Length);
            Assert.All(Rejects(page), r => Assert.Equal(262_144, r.GetProperty("row").GetString()!.Length));
            cursor = Next(page);
        }

        Assert.Equal([2, 2, 2, 2, 2, 2], lengths);
    }

    private static (int, int) Place(JsonElement reject) =>
        (reject.GetProperty("part").GetInt32(), reject.GetProperty("row_number").GetInt32());

    private async Task<JsonElement> BatchAsync(ApiClient client, int length)
    {
        var id = Guid.CreateVersion7();
        await cloud.RowAsync(Insert, id, client.Organization, length);
        return JsonSerializer.SerializeToElement(new { batch_id = id });
    }
}
