using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.UploadUrl.Identity;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.Tests;

/// <summary>Requests that share a round trip are answered as if each had gone alone.</summary>
public class TicketGroupTests(CloudFixture cloud)
{
    private const int Limit = 5;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_of_many_users_at_once_gets_what_is_theirs()
    {
        using var client = await cloud.NewOrganizationAsync();
        var projects = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            projects.Add(Guid.Parse(await client.NewProjectAsync(new { upload_urls_per_minute = Limit })));
        }

        projects.Add(Guid.NewGuid());
        await using var source = Open();
        var groups = new TicketGroups(new TicketStore(source));
        var photos = (
            from round in Enumerable.Range(0, 8)
            from user in Enumerable.Range(0, 20)
            select NewPhoto(client, $"user {user} \ud83d\udcf7\uffee", projects[user % 4], $"{user}-{round}.jpg")).ToList();

        var decisions = await Task.WhenAll(photos.Select(p => groups.IssueAsync(p, Cancellation)));

        foreach (var user in photos.Zip(decisions, (p, d) => (Photo: p, d.Outcomes.Single().Name)).GroupBy(x => x.Photo.Caller.Subject))
        {
            // Which of a user's requests is in the first of two trips, nobody promised.
            var names = user.Select(x => x.Name).Order();
            var expected = user.First().Photo.Request.ProjectId == projects[3]
                ? Enumerable.Repeat(TicketOutcome.NoProject, 8)
                : Enumerable.Repeat(TicketOutcome.Issued, Limit).Concat(Enumerable.Repeat(TicketOutcome.RateLimited, 3));
            Assert.Equal(expected, names);
        }

        Assert.Equal((15L * Limit, 15L * Limit), (await cloud.PhotosAsync(client), await cloud.GrantedAsync(client)));
        foreach (var (photo, decision) in photos.Zip(decisions).Where(x => x.Second.Outcomes[0].Name == TicketOutcome.Issued))
        {
            Assert.Equal(
                [photo.Caller.Subject, photo.Request.FileName, photo.Key, photo.Request.ProjectId],
                await cloud.RowAsync(
                    "select uploaded_by_user_id, file_name, s3_key_original, project_id from photos where id = $1", photo.Id));
        }
    }

    [Fact]
    public async Task What_the_database_refuses_takes_no_other_along()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = Guid.Parse(await client.NewProjectAsync());
        await using var source = Open();
        var groups = new TicketGroups(new TicketStore(source));

        var asked = Enumerable.Range(0, 9)
            .Select(i => NewPhoto(client, $"user {i}", project, i == 4 ? new string('x', 256) : "a.jpg"))
            .Select(p => groups.IssueAsync(p, Cancellation)).ToList();

        await Assert.ThrowsAsync<PostgresException>(() => asked[4]);
        asked.RemoveAt(4);
        Assert.All(await Task.WhenAll(asked), d => Assert.Equal(TicketOutcome.Issued, d.Outcomes.Single().Name));
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_others_alone()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = Guid.Parse(await client.NewProjectAsync());
        await using var source = Open();
        var groups = new TicketGroups(new TicketStore(source));
        using var impatient = new CancellationTokenSource();

        var asked = Enumerable.Range(0, 6)
            .Select(i => groups.IssueAsync(
                NewPhoto(client, $"user {i}", project, "a.jpg"), i == 3 ? impatient.Token : Cancellation)).ToList();
        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked[3]);
        asked.RemoveAt(3);
        Assert.All(await Task.WhenAll(asked), d => Assert.Equal(TicketOutcome.Issued, d.Outcomes.Single().Name));
    }

    private NpgsqlDataSource Open() => FunctionDatabase.Open(FunctionDatabase.ConnectionString(
        "url", cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!));

    private static NewPhoto NewPhoto(ApiClient client, string user, Guid project, string fileName) =>
        UploadUrl.Photos.NewPhoto.Of(
            new UploadRequest(project, fileName, 2048, "image/jpeg", null, [], "normal", null),
            new Caller(user, client.Organization, new HashSet<string>()), "originals", "c",
            DateTimeOffset.UtcNow, TimeSpan.FromMinutes(15));
}
