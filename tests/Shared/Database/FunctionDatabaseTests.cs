using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Tests;

public class FunctionDatabaseTests(CloudFixture cloud)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // With statements that Npgsql prepares by itself, the connection was lost to such a batch.
    [Fact]
    public async Task A_batch_that_fails_leaves_its_connection_usable()
    {
        await using var database = Open("");
        foreach (var json in new[] { "[]", "[\"\\u0000\"]", "[\"\\ud800\"]", "[1e999999]", "[]", "[]" })
        {
            await using var batch = new TenantBatch(database, "org-a");
            batch.Add("select $1::jsonb::text", Sql.Text(json));
            if (json == "[]")
            {
                await using var reader = await batch.ReadAsync(Cancellation);
                Assert.True(await reader.ReadAsync(Cancellation));
                Assert.Equal(json, reader.GetString(0));
            }
            else
            {
                await Assert.ThrowsAsync<PostgresException>(() => batch.ReadAsync(Cancellation));
            }
        }
    }

    [Fact]
    public async Task A_connection_keeps_no_organization_for_its_next_user()
    {
        await using var database = Open("");
        for (var i = 0; i < 3; i++)
        {
            await using (var batch = new TenantBatch(database, "org-a"))
            {
                batch.Add("select photolambda_organization()");
                await using var reader = await batch.ReadAsync(Cancellation);
                Assert.True(await reader.ReadAsync(Cancellation));
                Assert.Equal("org-a", reader.GetString(0));
            }

            await using var next = database.CreateCommand("select coalesce(photolambda_organization(), '')");
            Assert.Equal("", await next.ExecuteScalarAsync(Cancellation));
        }
    }

    /// <summary>With one connection, which each command finds as the one before it left it.</summary>
    private NpgsqlDataSource Open(string setting) => FunctionDatabase.Open(DatabaseUrl.ToConnectionString(
        cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!) + ";Maximum Pool Size=1" + setting);
}
