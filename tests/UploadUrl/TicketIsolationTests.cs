using System.Text.RegularExpressions;
using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Identity;
using PhotoLambda.UploadUrl.Photos;
using PhotoLambda.UploadUrl.Projects;

namespace PhotoLambda.Tests;

/// <summary>The functions of the database name the organization in each statement, and do not depend on it.</summary>
public partial class TicketIsolationTests(CloudFixture cloud)
{
    private const string Definitions = """
        select string_agg(pg_get_functiondef(oid) || ';', '') from pg_proc
        where pronamespace = 'public'::regnamespace and prolang = (select oid from pg_language where lanname = 'plpgsql')
        """;

    [Fact]
    public async Task Row_level_security_stands_beneath_the_functions()
    {
        await using var database = await EmptyDatabase.NewAsync(cloud);
        Assert.Equal(0, (await CommandLine.RunAsync(database.Owner, "migrate")).Exit);
        await EmptyDatabase.ExecuteAsync(database.Superuser, "insert into organizations values ('ours'), ('theirs')");
        await using var source = ApiRole(database);
        var (tickets, projects) = (new TicketStore(source), new ProjectStore(source));
        var (ours, theirs) = (NewCaller("ours"), NewCaller("theirs"));
        var (mine, foreign) = (await NewProjectAsync(projects, ours), await NewProjectAsync(projects, theirs));
        var key = new KeyedAnswer(new IdempotencyKey("k", new byte[32]), new JsonAnswer(200, "{}"u8.ToArray()));
        var photo = NewPhoto(theirs, foreign);
        Assert.Equal([TicketOutcome.Issued], await IssueAsync(tickets, photo, key));

        var removed = await RemovePredicatesAsync(database);

        Assert.Equal(14, removed);
        Assert.Equal([TicketOutcome.NoProject], await IssueAsync(tickets, NewPhoto(ours, foreign), null));
        Assert.Equal([TicketOutcome.Issued], await IssueAsync(tickets, NewPhoto(ours, mine), key));
        Assert.Equal("no_photo", (await tickets.RenewAsync(ours, photo.Id, photo.CreatedAt, photo.ExpiresAt,
            TestContext.Current.CancellationToken)).Outcome.Name);
        Assert.Equal((false, null), await CreateAsync(projects, NewCaller("nobody's")));
        await using var owner = NpgsqlDataSource.Create(database.Superuser);
        await using var count = owner.CreateCommand("select string_agg(organization_id || granted[1], ' ') from rate_limits");
        Assert.Equal("theirs1 ours1", await count.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [GeneratedRegex(@"\b[a-z]\.(organization_)?id = p_organization\b")]
    private static partial Regex Predicate { get; }

    /// <returns>How many there were.</returns>
    private static async Task<int> RemovePredicatesAsync(EmptyDatabase database)
    {
        await using var source = NpgsqlDataSource.Create(database.Superuser);
        await using var command = source.CreateCommand(Definitions);
        var functions = (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        await EmptyDatabase.ExecuteAsync(database.Superuser, Predicate.Replace(functions, "true"));
        return Predicate.Count(functions);
    }

    private static async Task<IEnumerable<string>> IssueAsync(TicketStore tickets, NewPhoto photo, KeyedAnswer? key) =>
        (await tickets.IssueAsync(photo, key, TestContext.Current.CancellationToken)).Outcomes.Select(o => o.Name);

    private static async Task<Guid> NewProjectAsync(ProjectStore projects, Caller caller)
    {
        var project = new Project(Guid.CreateVersion7(), "x", ProjectPolicy.Default, DateTime.UtcNow);
        Assert.True((await projects.CreateAsync(caller, project, null, TestContext.Current.CancellationToken)).IsMade);
        return project.Id;
    }

    private static Task<(bool, Microsoft.AspNetCore.Http.IResult?)> CreateAsync(ProjectStore projects, Caller caller) =>
        projects.CreateAsync(caller, new Project(Guid.CreateVersion7(), "x", ProjectPolicy.Default, DateTime.UtcNow),
            null, TestContext.Current.CancellationToken);

    private static Caller NewCaller(string organization) => new("ada", organization, new HashSet<string>());

    private static NewPhoto NewPhoto(Caller caller, Guid project) => UploadUrl.Photos.NewPhoto.Of(
        new UploadRequest(project, "a.jpg", 2048, "image/jpeg", null, [], "normal", null),
        caller, "bucket", "c", DateTimeOffset.UtcNow, TicketSigner.Lifetime);

    private NpgsqlDataSource ApiRole(EmptyDatabase database)
    {
        var url = new UriBuilder(cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!)
        {
            Path = new NpgsqlConnectionStringBuilder(database.Superuser).Database,
            Query = "",
        };
        return FunctionDatabase.Open(FunctionDatabase.ConnectionString("url", url.Uri.AbsoluteUri) + ";Pooling=false");
    }
}
