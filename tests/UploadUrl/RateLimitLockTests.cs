using Npgsql;

namespace PhotoLambda.Tests;

/// <summary>Calls for several users lock their rows in one order, also those of users who have none yet.</summary>
public class RateLimitLockTests(CloudFixture cloud)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_for_new_users_do_not_wait_in_a_circle()
    {
        using var client = await cloud.NewOrganizationAsync();
        await cloud.RowAsync(Insert, client.Organization, "ada");
        await using var makesCy = await CallAsync(client, Insert, "cy");
        await using var makesDee = await CallAsync(client, Insert, "dee");

        // Has made Bob's row when it waits for Cy's and Dee's; then Cy's is there for everybody, and Bob's is not.
        await using var first = await CallAsync(client, Lock, "bob,cy,dee", waitsFor: makesCy);
        await makesCy.CommitAsync();
        await UntilWaitsAsync(first, makesDee);
        await using var second = await CallAsync(client, Lock, "ada,bob,cy", waitsFor: first);
        await makesDee.CommitAsync();

        await first.CommitAsync();
        await second.CommitAsync();
        Assert.Equal([4L], await cloud.RowAsync(
            "select count(*) from rate_limits where organization_id = $1", client.Organization));
    }

    private const string Insert = """
        insert into rate_limits (organization_id, user_id, slot, granted) values ($1, $2, 0, array_fill(0, array[13]))
        """;

    private const string Lock = "select cardinality(lock_rate_limits($1, string_to_array($2, ',')))";

    private async Task<Call> CallAsync(ApiClient client, string sql, string users, Call? waitsFor = null)
    {
        var connection = new NpgsqlConnection(cloud.Cloud.Database.Owner);
        await connection.OpenAsync(Cancellation);
        var transaction = await connection.BeginTransactionAsync(Cancellation);
#pragma warning disable CA2100 // The texts are the constants above.
        var command = new NpgsqlCommand(sql, connection, transaction)
#pragma warning restore CA2100
        {
            Parameters = { new() { Value = client.Organization }, new() { Value = users } },
        };
        var call = new Call(connection, transaction, command.ExecuteNonQueryAsync(Cancellation));
        if (waitsFor is null)
        {
            await call.Done;
        }
        else
        {
            await UntilWaitsAsync(call, waitsFor);
        }

        return call;
    }

    private async Task UntilWaitsAsync(Call call, Call other)
    {
        while ((await cloud.RowAsync(
            "select 1 where $2 = any (pg_blocking_pids($1))", call.Id, other.Id)).Length == 0)
        {
            Assert.False(call.Done.IsCompleted);
        }
    }

    private sealed class Call(NpgsqlConnection connection, NpgsqlTransaction transaction, Task done) : IAsyncDisposable
    {
        public int Id { get; } = connection.ProcessID;

        public Task Done => done;

        public async Task CommitAsync()
        {
            await done;
            await transaction.CommitAsync(Cancellation);
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
