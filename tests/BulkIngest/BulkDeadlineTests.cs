using System.Diagnostics;

namespace PhotoLambda.Tests;

/// <summary>Invocations that have little time left, or none.</summary>
public sealed class BulkDeadlineTests(CloudFixture cloud)
{
    private const int Messages = 10;
    private const int Rows = 200;

    [Theory]
    [InlineData("ingest_staging", "s3_key")]
    [InlineData("photos", "s3_key_original")]
    public async Task What_is_done_before_the_deadline_is_done_and_the_rest_returned(string table, string key)
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        // The second connection's half.
        await stage.TriggerAsync(table, $"if new.{key} like '%/7-150.jpg' then perform pg_sleep(20); end if;");
        string[] bodies = [.. Enumerable.Range(0, Messages).Select(m => BulkStage.Message(
            [.. Enumerable.Range(100, Rows).Select(r => stage.Descriptor($"{m}-{r}"))]))];

        var clock = Stopwatch.StartNew();
        var failed = await stage.Function.IngestAsync(bodies, seconds: 6);

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 6);
        Assert.Equal(["m5", "m6", "m7", "m8", "m9"], failed);
        Assert.Equal(["0,200", "1,200", "2,200", "3,200", "4,200"],
            await stage.RowsAsync("select left(file_name, 1), count(*) from photos group by 1"));
        await stage.EndConnectionsAsync();
        await stage.Database.ExecuteAsync($"drop trigger own on {table}");
        Assert.Empty(await stage.Function.IngestAsync(bodies));
        await stage.HasOnceAsync(Enumerable.Range(0, Messages).SelectMany(
            m => Enumerable.Range(100, Rows).Select(r => $"{m}-{r}.jpg")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(0.002)]
    public async Task Without_any_time_all_messages_are_returned(double seconds)
    {
        await using var stage = await BulkStage.NewAsync(cloud);

        Assert.Equal(["m0", "m1"], await stage.Function.IngestAsync(
            [BulkStage.Message(stage.Descriptor("a")), "no JSON"], seconds));

        Assert.Empty(await stage.NamesAsync());
        Assert.Empty(await stage.RowsAsync("select * from ingest_rejects"));
    }
}
