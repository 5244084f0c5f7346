namespace PhotoLambda.Tests;

/// <summary>One descriptor that is wrong, among a thousand that are right.</summary>
public sealed class BadRowTests(CloudFixture cloud)
{
    private const int Rows = 1_000;

    private readonly int _seed = Random.Shared.Next();

    [Fact]
    public async Task A_row_that_is_wrong_keeps_no_other_out_at_any_place()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        await stage.Database.ExecuteAsync(BadRows.Policy(stage.Project));

        await AllButOneAreStoredAsync(stage, BadRows.Told);
    }

    [Fact]
    public async Task A_row_that_only_the_database_refuses_is_found_by_halving()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        await stage.Database.ExecuteAsync("""
            alter table photos add constraint own_rule check (file_name <> 'rule.jpg');
            create unique index own_key on photos (file_name) where file_name = 'unique.jpg';
            insert into organizations (id) values ('inland');
            insert into projects (id, organization_id, name)
            values ('01990000-0000-7000-8000-00000000000f', 'inland', 'Mill');
            insert into photos (id, organization_id, project_id, file_name, s3_bucket, s3_key_original,
              declared_content_type, declared_size_bytes)
            select gen_random_uuid(), 'inland', id, 'unique.jpg', 'b', 'k', 'image/jpeg', 1
            from projects where name = 'Mill'
            """);
        await stage.TriggerAsync("photos", """
            if new.file_name = 'gull.jpg' then raise exception 'no gulls, please'; end if;
            if new.file_name = 'zero.jpg' then new.width_px = 1 / 0; end if;
            if new.file_name = 'skipped.jpg' then return null; end if;
            """);

        await AllButOneAreStoredAsync(stage, BadRows.Found);
    }

    [Fact]
    public async Task Bad_rows_of_all_kinds_in_one_message_are_rejected_each()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        await stage.Database.ExecuteAsync(BadRows.Policy(stage.Project));
        string[] rows = [.. BadRows.Told.Select((bad, i) => bad.Json(stage.Descriptor($"bad-{i}")))];

        Assert.Empty(await stage.Function.IngestAsync(
            [BulkStage.MessageOf([.. rows, stage.Descriptor("good").ToJsonString()])]));

        Assert.Equal(
            BadRows.Told.Select((bad, i) => $"{i:000},{bad.SqlState},{bad.Field}"),
            await stage.RowsAsync(
                "select to_char(row_number, 'FM000'), sqlstate, coalesce(field, '') from ingest_rejects"));
        Assert.Equal(["good.jpg", "taken"], await stage.NamesAsync());
    }

    private async Task AllButOneAreStoredAsync(BulkStage stage, BadRow[] kinds)
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {_seed}");
        var random = new Random(_seed);
        for (var i = 0; i < kinds.Length; i++)
        {
            var place = i switch { 0 => 0, 1 => Rows - 1, _ => random.Next(Rows) };
            string[] rows = [.. Enumerable.Range(0, Rows).Select(n => stage.Descriptor($"{i}-{n}").ToJsonString())];
            rows[place] = kinds[i].Json(stage.Descriptor($"{i}-bad"));

            Assert.Empty(await stage.Function.IngestAsync([BulkStage.MessageOf(rows)]));

            Assert.True((await stage.RowsAsync($"select count(*) from photos where upload_source = 'bulk'"))
                .SequenceEqual([$"{Rows - 1}"]), $"{kinds[i]} at {place}: not all others are stored");
            var reject = Assert.Single(await stage.RowsAsync("""
                select organization_id, message_id, row_number, sqlstate, coalesce(field, ''), reason
                from ingest_rejects
                """));
            Assert.StartsWith(
                $"{BulkStage.Organization},m0,{place},{kinds[i].SqlState},{kinds[i].Field},", reject,
                StringComparison.Ordinal);
            Assert.Contains(kinds[i].Reason, reject, StringComparison.Ordinal);
            Assert.Equal([rows[place]], await stage.RowsAsync("select row from ingest_rejects"));
            await stage.Database.ExecuteAsync(
                "delete from photos where upload_source = 'bulk'; truncate ingest_rejects; truncate outbox");
        }
    }
}
