using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Metadata;
using PhotoLambda.OnObjectCreated;

namespace PhotoLambda.Tests;

/// <summary>The same events in two invocations at once, in another order each.</summary>
public class SimultaneousDeliveryTests(CloudFixture cloud)
{
    private readonly string _name = "test-" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Two_deliveries_of_a_batch_do_not_block_each_other()
    {
        await using var database = FunctionDatabase.Open(DatabaseUrl.ToConnectionString(
            cloud.Settings("OnObjectCreatedFunction")["PHOTOLAMBDA_DATABASE_URL"]!) + ";Application Name=" + _name);
        var photoStore = new PhotoStore(database, TimeProvider.System);
        var store = new ChangeStore(database, NullLogger.Instance);
        var inspected = new[] { await InspectedAsync(photoStore), await InspectedAsync(photoStore) };
        var photos = inspected.OrderBy(i => i.Photo.Id).ToArray();

        // While a third party holds the second row, both come to wait in a known order.
        await using var connection = new NpgsqlConnection(cloud.Cloud.Database.Owner);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var hold = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await HoldAsync(connection, photos[1].Photo.Id);
        var backward = store.ApplyAsync(Of([photos[1], photos[0]]), [], TestContext.Current.CancellationToken);
        await WaitingAsync(1);
        var forward = store.ApplyAsync(Of(photos), [], TestContext.Current.CancellationToken);
        await WaitingAsync(2);
        await hold.RollbackAsync(TestContext.Current.CancellationToken);

        await Task.WhenAll(backward, forward);
        foreach (var photo in photos)
        {
            Assert.Equal([1L], await cloud.RowAsync(
                "select count(*) from photo_events where photo_id = $1 and to_status = 'uploaded'", photo.Photo.Id));
        }
    }

    [Fact]
    public async Task A_batch_that_a_deadlock_ends_is_stored_all_the_same()
    {
        await using var database = FunctionDatabase.Open(DatabaseUrl.ToConnectionString(
            cloud.Settings("OnObjectCreatedFunction")["PHOTOLAMBDA_DATABASE_URL"]!) + ";Application Name=" + _name);
        var photoStore = new PhotoStore(database, TimeProvider.System);
        var inspected = new[] { await InspectedAsync(photoStore), await InspectedAsync(photoStore) };
        Guid[] photos = [.. inspected.Select(i => i.Photo.Id).Order()];
        await using var connection = new NpgsqlConnection(cloud.Cloud.Database.Owner);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var hold = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await HoldAsync(connection, photos[1]);

        var stored = new ChangeStore(database, NullLogger.Instance).ApplyAsync(
            Of(inspected), [], TestContext.Current.CancellationToken);
        await WaitingAsync(1);
        try
        {
            // Who waits longer looks for deadlocks first, and is the one who is ended.
            await HoldAsync(connection, photos[0]);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected)
        {
            // On a machine that was too busy for that.
        }

        await hold.RollbackAsync(TestContext.Current.CancellationToken);
        Assert.Empty((await stored).Refused);
    }

    [Fact]
    public async Task A_look_that_overtakes_an_event_has_the_only_job()
    {
        await using var database = FunctionDatabase.Open(DatabaseUrl.ToConnectionString(
            cloud.Settings("OnObjectCreatedFunction")["PHOTOLAMBDA_DATABASE_URL"]!));
        var store = new ChangeStore(database, NullLogger.Instance);
        var inspected = await InspectedAsync(new PhotoStore(database, TimeProvider.System));

        await store.ApplyAsync(Of([inspected with { Sequencer = null }]), [], TestContext.Current.CancellationToken);
        await store.ApplyAsync(Of([inspected]), [], TestContext.Current.CancellationToken);

        Assert.Equal([1L, 1L, false, ObjectEvent.Pad("01"), "uploaded"], await cloud.RowAsync(
            """
            select (select count(*) from outbox where photo_id = $1),
              (select count(*) from photo_events where photo_id = $1 and to_status = 'uploaded'),
              awaits_event, sequencer, status
            from photos where id = $1
            """, inspected.Photo.Id));
    }

    private static async Task HoldAsync(NpgsqlConnection connection, Guid photo)
    {
        await using var command = new NpgsqlCommand("select from photos where id = $1 for update", connection)
        {
            Parameters = { new NpgsqlParameter { Value = photo } },
        };
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static Changes Of(IEnumerable<Inspection> inspections)
    {
        var changes = new Changes();
        foreach (var inspection in inspections)
        {
            changes.Inspections.Add(inspection);
        }

        return changes;
    }

    private async Task<Inspection> InspectedAsync(PhotoStore store)
    {
        var bytes = ImageBuilder.Jpeg(length: 4096);
        var photo = await StoredPhoto.NewAsync(cloud, bytes);
        var item = new ObjectEvent(EventKind.Created, photo.Bucket, photo.Key)
        {
            ETag = photo.ETag,
            Size = bytes.Length,
            Sequencer = ObjectEvent.Pad("01"),
        };
        var found = await store.FindAsync([item], TestContext.Current.CancellationToken);
        var metadata = await MediaReader.ReadAsync(bytes.Length,
            (range, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(bytes.AsMemory((int)range.Offset, range.Count)),
            cancellationToken: TestContext.Current.CancellationToken);
        return new Inspection(found.Single().Photo!, item.Version, item.Sequencer, metadata, null);
    }

    private async Task WaitingAsync(long sessions)
    {
        while (await cloud.RowAsync(
            "select count(*) from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock'", _name)
            is not [long waiting] || waiting != sessions)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
