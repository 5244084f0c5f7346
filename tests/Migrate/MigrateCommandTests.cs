using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>Commands of an administrator, who cannot reach the database from elsewhere.</summary>
public sealed class MigrateCommandTests(CloudFixture cloud)
{
    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"command":"migrate"}""")]
    public async Task A_migration_by_hand_tells_what_it_did(string payload)
    {
        await using var database = await EmptyDatabase.NewAsync(cloud);
        await using var function = await LoneMigrate.StartAsync(database.Owner);

        var first = await function.InvokeAsync(payload);
        var second = await function.InvokeAsync(payload);

        var files = MigrationFiles.Names;
        Assert.Equal(
            $$"""{"applied":{{JsonSerializer.Serialize(files)}},"newest":"{{files[^1]}}","roles":[]}""",
            first.GetRawText());
        Assert.Equal($$"""{"applied":[],"newest":"{{files[^1]}}","roles":[]}""", second.GetRawText());
    }

    [Fact]
    public async Task An_organization_is_made_once()
    {
        await using var database = await EmptyDatabase.NewAsync(cloud, "createrole createdb");
        await using var function = await LoneMigrate.StartAsync(database.Owner);
        const string command = """{"command":"create_organization","name":"Harbour"}""";

        Assert.Equal("The database has not all tables yet: migrate it first.", await function.ErrorAsync(command));
        await function.InvokeAsync("{}");
        Assert.Equal("""{"id":"Harbour","created":true}""", (await function.InvokeAsync(command)).GetRawText());
        Assert.Equal("""{"id":"Harbour","created":false}""", (await function.InvokeAsync(command)).GetRawText());
    }

    [Theory]
    [InlineData("null", "The event must be a JSON object.")]
    [InlineData("[]", "The event must be a JSON object.")]
    [InlineData("{", "The event must be a JSON object.")]
    [InlineData("""{"command":"drop"}""", "The command is 'drop'; it must be migrate or create_organization.")]
    [InlineData("""{"command":7}""", "'command' must be a string; it is 7.")]
    [InlineData("""{"comand":"migrate"}""", "The event has a member that is not known: 'comand'.")]
    [InlineData("""{"name":"Harbour"}""", "The command migrate takes no 'name'.")]
    [InlineData("""{"command":"create_organization"}""",
        "The command create_organization needs a 'name': the organization's id.")]
    [InlineData("""{"command":"create_organization","name":""}""",
        "The organization's id must have 1 to 255 characters; it has 0.")]
    public async Task A_mistake_is_named(string payload, string message)
    {
        await using var function = await LoneMigrate.StartAsync(cloud.Cloud.Database.Owner);

        Assert.Equal(message, await function.ErrorAsync(payload));
    }

    [Fact]
    public async Task Missing_settings_are_named()
    {
        await using var function = await LoneMigrate.StartAsync(null);

        Assert.Contains("PHOTOLAMBDA_DATABASE_URL is not set", await function.ErrorAsync("{}"));
    }
}
