namespace PhotoLambda.Tests;

/// <summary>Exactly the messages that failed come again.</summary>
public sealed class FailureSubsetTests(CloudFixture cloud)
{
    private const int Messages = 10;
    private const int Subsets = 1 << Messages;

    // The last two are the server's own defect, and a word of the operator's trigger.
    private static readonly string[] Contention = ["40001", "40P01", "55P03", "XX000", "ZZ999"];

    [Fact]
    public async Task Each_subset_of_ten_messages_that_cannot_be_told_is_returned()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        await stage.Database.ExecuteAsync("revoke insert on ingest_rejects from photolambda_worker");

        for (var subset = 1; subset < Subsets; subset++)
        {
            // A reject that nobody would hear of: the message is not done.
            var failed = await stage.Function.IngestAsync(Enumerable.Range(0, Messages).Select(m =>
                BulkStage.MessageOf(Has(subset, m) ? "{}" : stage.Descriptor($"{m}").ToJsonString())));

            Assert.Equal(Names(subset), failed);
        }

        Assert.Equal(Enumerable.Range(0, Messages).Select(m => $"{m}.jpg"), await stage.NamesAsync());
    }

    [Fact]
    public async Task Messages_of_several_rows_that_are_in_somebodys_way_are_returned_alone()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        await stage.TriggerAsync("photos", """
            if starts_with(new.file_name, 'in-the-way-') then
              raise exception using errcode = substr(new.file_name, 12, 5);
            end if;
            """);
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);

        foreach (var subset in Enumerable.Range(0, 40).Select(_ => random.Next(1, Subsets)).Append(Subsets - 1))
        {
            var failed = await stage.Function.IngestAsync(Enumerable.Range(0, Messages).Select(m =>
            {
                var rows = random.Next(1, 4);
                var bad = Has(subset, m) ? random.Next(rows) : -1;
                string Name(int row) =>
                    row == bad ? $"in-the-way-{random.GetItems(Contention, 1)[0]}" : $"{subset}-{m}-{row}";
                return BulkStage.MessageOf(
                    Enumerable.Range(0, rows).Select(r => stage.Descriptor(Name(r)).ToJsonString()));
            }));

            Assert.Equal(Names(subset), failed);
        }

        Assert.Empty(await stage.RowsAsync("select * from ingest_rejects"));
        Assert.Empty(await stage.RowsAsync("select file_name from photos where starts_with(file_name, 'in-the-way-')"));
        Assert.Equal(await stage.NamesAsync(), (await stage.NamesAsync()).Distinct());
    }

    private static bool Has(int subset, int message) => (subset & 1 << message) != 0;

    private static IEnumerable<string> Names(int subset) =>
        Enumerable.Range(0, Messages).Where(m => Has(subset, m)).Select(m => $"m{m}");
}
