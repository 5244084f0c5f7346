using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Tests;

public class FunctionDatabaseTests(CloudFixture cloud)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", 1)]
    [InlineData(";Max Auto Prepare=0", 0)]
    public async Task A_statement_is_prepared_unless_the_setting_forbids(string setting, long expected)
    {
        await using var database = Open(setting);
        for (var i = 0; i < 3; i++)
        {
            await using var command = database.CreateCommand("select $1::int");
            command.Parameters.AddWithValue(i);
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        await using var prepared = database.CreateCommand(
            "select count(*) from pg_prepared_statements where statement = 'select $1::int'");
        Assert.Equal(expected, await prepared.ExecuteScalarAsync(Cancellation));
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
