using Npgsql;
using PhotoLambda.Photos;

namespace PhotoLambda.Tests;

/// <summary>Rows of callers of the same team, by COPY.</summary>
public sealed class PhotoInsertTests(PhotoTable table) : IClassFixture<PhotoTable>
{
    private const int Connections = 2;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private PhotoRepository Photos => new(table.Worker);

    [Fact]
    public async Task No_rows_are_no_work()
    {
        var done = await Photos.InsertAsync([], Stop);

        Assert.Equal((0, 0, 0), (done.Stored, done.Conflicts, done.Rejects.Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Ten_thousand_rows_are_stored(int connections)
    {
        var row = await table.NewAsync();

        var done = await new PhotoRepository(table.Worker, connections)
            .InsertAsync(PhotoTable.Many(row, 10_000), Stop);

        Assert.Equal((10_000, 0, 0), (done.Stored, done.Conflicts, done.Rejects.Count));
        Assert.Equal("10000", await table.CountAsync(row));
    }

    [Fact]
    public async Task Nobody_waits_for_what_was_stored()
    {
        var row = await table.NewAsync();

        await Photos.InsertAsync([row], Stop);

        Assert.Equal(["completed,True,True,0,0,0"], await table.Database.RowsAsync($"""
            select status, completed_at is not null, awaits_event, extractor_version,
              (select count(*) from photo_events e where e.photo_id = p.id),
              (select count(*) from outbox o where o.photo_id = p.id)
            from photos p where id = '{row.Id}'
            """));
    }

    [Fact]
    public async Task Objects_that_have_photos_are_counted()
    {
        var row = await table.NewAsync();
        var rows = PhotoTable.Many(row, 5);
        await Photos.InsertAsync(rows[..2], Stop);

        // The third row's object twice, and all of them once more.
        var done = await Photos.InsertAsync([.. rows[..4], rows[2] with { Id = Guid.CreateVersion7() }], Stop);
        Assert.Equal((2, 3, 0), (done.Stored, done.Conflicts, done.Rejects.Count));
        done = await Photos.InsertAsync(rows, Stop);
        Assert.Equal((1, 4, 0), (done.Stored, done.Conflicts, done.Rejects.Count));
        Assert.Equal("5", await table.CountAsync(row));
    }

    [Fact]
    public async Task Wrong_rows_of_each_kind_take_no_others_along()
    {
        var good = await table.NewAsync();
        var (taken, deleted) = (PhotoTable.Another(good), PhotoTable.Another(good));
        await Photos.InsertAsync([taken], Stop);
        await table.Database.ExecuteAsync($"""
            insert into deletions (photo_id, organization_id, s3_bucket, s3_keys, due_at)
            values (gen_random_uuid(), '{good.OrganizationId}', '{deleted.Bucket}', array['{deleted.Key}'], now())
            """);
        (string Expected, Func<NewPhotoRow, NewPhotoRow> Spoil)[] kinds =
        [
            ("23503 project_id", r => r with { ProjectId = Guid.NewGuid() }),
            ("23503 project_id", r => r with { OrganizationId = "another" }),
            ("23514 mime_type", r => r with { ContentType = "image/tiff" }),
            ("23514 file_size", r => r with { SizeBytes = 1L << 40 }),
            ("55000 s3_key", r => r with { Key = deleted.Key }),
            ("23505 id", r => r with { Id = taken.Id }),
            ("22021 file_name", r => r with { FileName = "\ud83d.jpg" }),
            ("22021 s3_key", r => r with { Key = r.Key + '\udc00' }),
            ("22021 exif_data", r => r with { ExifData = "{\"a\":\"\ud83d\"}" }),
            ("22021 detection_types", r => r with { DetectionTypes = ["boats", "\udc00"] }),
            ("22P02 sha256", r => r with { Sha256 = "abc" }),
            ("22P02 sha256", r => r with { Sha256 = new string('g', 64) }),
            ("22021 ", r => r with { SessionId = "a\0b" }),
            ("22P02 ", r => r with { ExifData = "{" }),
            ("22P05 ", r => r with { GpsCoordinates = "{\"a\":\"\\u0000\"}" }),
            ("23502 s3_key_original", r => r with { Key = null! }),
            ("23514 ", r => r with { SizeBytes = 0 }),
            ("23514 ", r => r with { FileName = new string('n', 256) }),
            ("23514 ", r => r with { Width = 0 }),
            ("23514 ", r => r with { Orientation = 9 }),
            ("23514 ", r => r with { Priority = "urgent" }),
            ("23514 ", r => r with { TakenAtOffsetMinutes = 1081 }),
        ];
        var seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var rows = PhotoTable.Many(good, 400);
        var places = Enumerable.Range(0, rows.Length).ToArray();
        new Random(seed).Shuffle(places);
        for (var i = 0; i < kinds.Length; i++)
        {
            rows[places[i]] = kinds[i].Spoil(rows[places[i]]);
        }

        var done = await Photos.InsertAsync(rows, Stop);

        Assert.Equal(
            kinds.Select((k, i) => (Place: places[i], k.Expected)).OrderBy(k => k.Place)
                .Select(k => $"{k.Place}: {k.Expected}"),
            done.Rejects.Select(r => $"{r.Index}: {r.SqlState} {r.Field}"));
        Assert.Equal((rows.Length - kinds.Length, 0), (done.Stored, done.Conflicts));
        Assert.All(done.Rejects, r => Assert.NotEmpty(r.Reason));
    }

    [Fact]
    public async Task What_was_stored_before_the_end_stays()
    {
        var rows = PhotoTable.Many(await table.NewAsync(), 2_000);
        using var cancellation = new CancellationTokenSource();
        await using var other = await HoldAsync(rows[^1]);

        var insert = Photos.InsertAsync(rows, cancellation.Token);
        await other.UntilWaitedForAsync();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => insert);
        await other.DisposeAsync();
        var done = await Photos.InsertAsync(rows, Stop);
        Assert.Equal((2_000, 0), (done.Stored + done.Conflicts, done.Rejects.Count));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_stores_nothing()
    {
        var row = await table.NewAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Photos.InsertAsync([row], new CancellationToken(canceled: true)));

        Assert.Equal("0", await table.CountAsync(row));
    }

    [Fact]
    public async Task A_connection_that_is_lost_is_no_loss()
    {
        var rows = PhotoTable.Many(await table.NewAsync(), 2_000);
        await using var other = await HoldAsync(rows[^1]);

        var insert = new PhotoRepository(table.Worker, Connections).InsertAsync(rows, Stop);
        await other.UntilWaitedForAsync();
        await table.Database.RowsAsync(
            "select pg_terminate_backend(pid) from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0 "
            + "and datname = current_database()");
        await other.DisposeAsync();

        Assert.Equal(2_000, (await insert).Stored);
    }

    [Fact]
    public async Task A_database_that_takes_nothing_is_told()
    {
        var settings = new NpgsqlConnectionStringBuilder(table.Database.Worker) { Database = "nowhere" };
        await using var nowhere = NpgsqlDataSource.Create(settings.ConnectionString);
        var row = await table.NewAsync();

        var e = await Assert.ThrowsAsync<PhotosNotStoredException>(
            () => new PhotoRepository(nowhere).InsertAsync([row, row with { Sha256 = "" }], Stop));

        Assert.Equal((1, 0, 1), (e.Left, e.Done.Stored, e.Done.Rejects.Count));
    }

    [Fact]
    public void There_is_no_insertion_without_a_connection() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhotoRepository(table.Worker, 0));

    /// <summary>A photo of this object that is not committed yet.</summary>
    private Task<OpenStatement> HoldAsync(NewPhotoRow row) => table.Database.BeginAsync($"""
        insert into photos (id, organization_id, project_id, file_name, s3_bucket, s3_key_original,
          declared_content_type, declared_size_bytes)
        values (gen_random_uuid(), '{row.OrganizationId}', '{row.ProjectId}', 'a', '{row.Bucket}', '{row.Key}',
          'image/jpeg', 1)
        """);
}
