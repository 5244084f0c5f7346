using Npgsql;

namespace PhotoLambda.Tests;

/// <summary>What an administrator can mend is told in a line, without a stack and without the password.</summary>
public class CommandMistakeTests(CloudFixture cloud)
{
    [Theory]
    [InlineData(null, "give --database or set PHOTOLAMBDA_DATABASE_URL")]
    [InlineData("", "give --database or set PHOTOLAMBDA_DATABASE_URL")]
    [InlineData("mysql://u:pass-word@h/d", "neither a URL")]
    [InlineData("postgresql://u:pass-word@h/d?colour=red", "colour")]
    [InlineData("postgresql://u:pass-word@127.0.0.1:9/d", "127.0.0.1:9")]
    [InlineData("postgresql://u:pass-word@no-such-host.invalid/d", "")]
    [InlineData("postgresql://u:pass-word@127.0.0.1:9/d?sslmode=verify-full&sslrootcert=/no/such.pem", "")]
    public async Task A_database_that_cannot_be_used_is_a_message(string? url, string message)
    {
        foreach (string[] command in new[] { new[] { "migrate" }, ["org", "create", "harbour"] })
        {
            var (exit, output) = await CommandLine.RunAsync(url, command);

            IsAMessage(exit, output);
            Assert.Contains(message, output);
        }
    }

    [Theory]
    [InlineData("Password", "another", "password")]
    [InlineData("Password", "", "assword")]
    [InlineData("Database", "no_such_database", "no_such_database")]
    [InlineData("SSL Mode", "Require", "SSL")]
    public async Task A_server_that_refuses_is_a_message(string setting, string value, string message)
    {
        var settings = new NpgsqlConnectionStringBuilder(cloud.Cloud.Database.Owner) { [setting] = value };

        var (exit, output) = await CommandLine.RunAsync(settings.ConnectionString, "migrate");

        IsAMessage(exit, output);
        Assert.Contains(message, output);
    }

    [Fact]
    public async Task An_organization_before_the_tables_is_a_message()
    {
        await using var database = await EmptyDatabase.NewAsync(cloud);

        var (exit, output) = await CommandLine.RunAsync(database.Owner, "org", "create", "harbour");

        IsAMessage(exit, output);
        Assert.Contains("photolambda migrate", output);
    }

    [Fact]
    public async Task An_organization_is_made_once()
    {
        var id = "Ünïcode " + Guid.NewGuid();

        Assert.Equal((0, "Made.\n"), await CommandLine.RunAsync(cloud.Cloud.Database.Owner, "org", "create", id));
        var again = await CommandLine.RunAsync(cloud.Cloud.Database.Owner, "org", "create", id);
        Assert.Equal((0, "It was there.\n"), again);
        Assert.Equal([1L], await cloud.RowAsync("select count(*) from organizations where id = $1", id));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public async Task An_id_of_another_length_is_refused(int length)
    {
        var id = new string('x', length);
        var (exit, output) = await CommandLine.RunAsync(cloud.Cloud.Database.Owner, "org", "create", id);

        Assert.Equal((1, $"The organization's id must have 1 to 255 characters; it has {length}.\n"), (exit, output));
    }

    private static void IsAMessage(int exit, string output)
    {
        Assert.Equal(1, exit);
        Assert.NotEmpty(output.Trim());
        Assert.DoesNotContain("   at ", output);
        Assert.DoesNotContain("pass-word", output);
    }
}
