using System.Diagnostics;

namespace PhotoLambda.Tests;

/// <summary>A database that is away, goes away, or takes nothing: what is not stored comes again.</summary>
public sealed class BulkOutageTests(CloudFixture cloud)
{
    private const int Messages = 4;

    // So many share two connections.
    private const int Rows = 300;

    private static readonly string[] All = ["m0", "m1", "m2", "m3"];

    [Fact]
    public async Task A_database_that_is_away_gets_all_messages_when_it_is_back()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        var (database, url) = UnreliableDatabase.InFrontOf(stage.Url);
        using (database)
        {
            await using var function = await stage.AnotherAsync(("PHOTOLAMBDA_DATABASE_URL", url));
            database.GoDown();
            Assert.Equal(All, await function.IngestAsync(Bodies(stage), seconds: 2));

            database.ComeBack();
            Assert.Empty(await function.IngestAsync(Bodies(stage)));
        }

        await stage.HasOnceAsync(Names());
    }

    [Fact]
    public async Task Connections_that_died_between_two_invocations_cost_nothing()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        Assert.Empty(await stage.Function.IngestAsync([BulkStage.Message(stage.Descriptor("first"))]));
        await stage.EndConnectionsAsync();

        Assert.Empty(await stage.Function.IngestAsync(Bodies(stage)));

        await stage.HasOnceAsync(Names().Append("first.jpg"));
    }

    [Fact]
    public async Task A_silent_database_is_not_waited_for_longer_than_the_time_there_is()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        using var silent = UnreliableDatabase.Silent();
        await using var function = await stage.AnotherAsync(
            ("PHOTOLAMBDA_DATABASE_URL", $"postgresql://u:p@127.0.0.1:{silent.Port}/d"));

        var clock = Stopwatch.StartNew();
        Assert.Equal(All, await function.IngestAsync(Bodies(stage), seconds: 2));

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 2);
    }

    [Theory]
    [InlineData("ingest_staging", "before")]
    [InlineData("photos", "before")]
    [InlineData("photo_events", "before")]
    [InlineData("outbox", "before")]
    [InlineData("photos", "commit")]
    public async Task A_connection_that_is_ended_at_any_step_loses_nothing(string table, string when)
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        // Counts on whatever becomes of the transaction: some rows end their connections.
        await stage.Database.ExecuteAsync($"""
            create sequence seen;
            grant usage on sequence seen to photolambda_worker;
            create function leave() returns trigger language plpgsql as $$
            begin
              if nextval('seen') in (400, 1000, 1200) then perform pg_terminate_backend(pg_backend_pid()); end if;
              return new;
            end $$;
            create {(when == "commit" ? "constraint trigger leave after" : "trigger leave before")} insert on {table}
            {(when == "commit" ? "deferrable initially deferred" : "")} for each row execute function leave();
            """);

        await UntilTakenAsync(stage, stage.Function, _ => Task.CompletedTask);

        Assert.True(long.Parse((await stage.RowsAsync("select last_value from seen"))[0], null) > Messages * Rows);
        await stage.HasOnceAsync(Names());
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_no_second_row()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        var (database, url) = UnreliableDatabase.InFrontOf(stage.Url);
        using (database)
        {
            await using var function = await stage.AnotherAsync(("PHOTOLAMBDA_DATABASE_URL", url));
            (database.LosesNextAnswer, database.LosesAnswerWith) = (true, "COMMIT");

            Assert.Empty(await function.IngestAsync(Bodies(stage)));

            Assert.False(database.LosesNextAnswer);
        }

        await stage.HasOnceAsync(Names());
    }

    // What the database says of a state that is not the rows' fault, and that passes.
    [Theory]
    [InlineData("25006", "alter role photolambda_worker in database {0} set default_transaction_read_only = on",
        "alter role photolambda_worker in database {0} reset default_transaction_read_only")]
    [InlineData("53300", "alter database {0} connection limit 0", "alter database {0} connection limit -1")]
    [InlineData("42501", "revoke insert on photos from photolambda_worker",
        "grant insert on photos to photolambda_worker")]
    [InlineData("42501", "revoke insert on ingest_staging from photolambda_worker",
        "grant insert on ingest_staging to photolambda_worker")]
    [InlineData("42P01", "alter table projects rename to gone", "alter table gone rename to projects")]
    [InlineData("42703", "alter table photos rename bulk_id to gone", "alter table photos rename gone to bulk_id")]
    public async Task What_is_no_rows_fault_rejects_none(string state, string breaks, string mends)
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        var name = (await stage.RowsAsync("select current_database()"))[0];
        await stage.Database.ExecuteAsync(string.Format(null, breaks, name));
        // A connection that was opened before knows nothing of it.
        await stage.EndConnectionsAsync();

        var failed = await stage.Function.IngestAsync(Bodies(stage), seconds: 3);
        Assert.True(failed.Length == Messages, state);
        Assert.Empty(await stage.NamesAsync());

        await stage.Database.ExecuteAsync(string.Format(null, mends, name));
        await stage.EndConnectionsAsync();
        Assert.Empty(await stage.Function.IngestAsync(Bodies(stage)));
        await stage.HasOnceAsync(Names());
    }

    [Fact]
    public async Task One_connection_is_enough_where_there_is_no_second()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        var name = (await stage.RowsAsync("select current_database()"))[0];
        // The owner's own connections count, too, but are let in.
        await stage.Database.ExecuteAsync($"alter database {name} connection limit 2");

        Assert.Empty(await stage.Function.IngestAsync(Bodies(stage)));

        await stage.HasOnceAsync(Names());
    }

    [Fact]
    public async Task A_database_that_comes_and_goes_gets_every_message_in_the_end()
    {
        await using var stage = await BulkStage.NewAsync(cloud);
        var (database, url) = UnreliableDatabase.InFrontOf(stage.Url);
        using (database)
        {
            await using var function = await stage.AnotherAsync(("PHOTOLAMBDA_DATABASE_URL", url));
            await UntilTakenAsync(stage, function, async invocation =>
            {
                for (var i = 0; i < 5 && !invocation.IsCompleted; i++)
                {
                    database.GoDown();
                    database.ComeBack();
                    await Task.WhenAny(invocation, stage.NamesAsync());
                }
            });
        }

        await stage.HasOnceAsync(Names());
    }

    /// <summary>As the queue does: what is returned comes again.</summary>
    private static async Task UntilTakenAsync(BulkStage stage, LoneBulkIngest function, Func<Task, Task> meanwhile)
    {
        var left = Bodies(stage).ToDictionary(b => b, b => b);
        for (var receives = 0; left.Count > 0; receives++)
        {
            Assert.InRange(receives, 0, 8);
            string[] bodies = [.. left.Keys];
            var invocation = function.IngestAsync(bodies);
            await meanwhile(invocation);
            var failed = (await invocation).Select(id => bodies[int.Parse(id[1..], null)]).ToHashSet();
            left = left.Keys.Where(failed.Contains).ToDictionary(b => b, b => b);
        }
    }

    private static string[] Bodies(BulkStage stage) => [.. Names().Chunk(Rows).Select(
        names => BulkStage.Message([.. names.Select(n => stage.Descriptor(Path.GetFileNameWithoutExtension(n)))]))];

    private static IEnumerable<string> Names() => Enumerable.Range(0, Messages * Rows).Select(n => $"{n:0000}.jpg");
}
