using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>A request that comes again with its key is done once, and answered the same.</summary>
public class IdempotencyTests(CloudFixture cloud)
{
    private const string Ticket = "/api/v1/photos/upload-url";
    private const string Tickets = "/api/v1/photos/upload-urls";
    private const string Projects = "/api/v1/projects";

    [Fact]
    public async Task The_same_key_and_request_get_the_same_bytes()
    {
        using var client = await cloud.NewOrganizationAsync();
        var request = await client.NewTicketRequestAsync();

        var first = await client.PostAsync(Ticket, request, "k 1");
        var second = await client.PostAsync(Ticket, request, "k 1");

        Assert.Equal((200, null), (first.Status, first.Header("Idempotency-Replayed")));
        Assert.Equal((200, "true"), (second.Status, second.Header("Idempotency-Replayed")));
        Assert.Equal(first.Text, second.Text);
        Assert.Equal((1, 1), (await cloud.PhotosAsync(client), await cloud.GrantedAsync(client)));
    }

    [Fact]
    public async Task A_key_is_good_for_one_request_only()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var request = ApiRequests.TicketRequest(project);
        await client.PostAsync(Ticket, request, "k");

        ApiAnswer[] others =
        [
            await client.PostAsync(Ticket, ApiRequests.TicketRequest(project, size: 4096), "k"),
            await client.PostAsync(Ticket, JsonSerializer.Serialize(request) + " ", "k"),
            await client.PostAsync(Tickets, new { items = new[] { request } }, "k"),
            await client.PostAsync(Projects, new { name = "x" }, "k"),
        ];

        Assert.All(others, o => Assert.Equal((422, "idempotency-key-reused"), (o.Status, o.Problem)));
        Assert.Equal((1, 1), (await cloud.PhotosAsync(client), await cloud.GrantedAsync(client)));
    }

    [Fact]
    public async Task A_key_is_the_users_in_the_organization()
    {
        using var ours = await cloud.NewOrganizationAsync();
        using var theirs = await cloud.NewOrganizationAsync();
        var request = await ours.NewTicketRequestAsync();
        var first = await ours.PostAsync(Ticket, request, "k");

        var other = await theirs.PostAsync(Ticket, await theirs.NewTicketRequestAsync(), "k");
        await ours.SignInAsync("photos:write", "grace");
        var colleague = await ours.PostAsync(Ticket, request, "k");

        Assert.Equal((200, 200, 200), (first.Status, other.Status, colleague.Status));
        Assert.NotEqual(first.Text, colleague.Text);
        Assert.Equal((2, 1), (await cloud.PhotosAsync(ours), await cloud.PhotosAsync(theirs)));
    }

    [Fact]
    public async Task A_refused_request_leaves_its_key_free()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync(new { upload_urls_per_minute = 1 });
        var request = ApiRequests.TicketRequest(project, "image/gif");

        Assert.Equal(400, (await client.PostAsync(Ticket, request, "k")).Status);
        await client.PostAsync($"{Projects}/{project}", """{"policy":{"allowed_types":["image/gif"]}}""",
            method: HttpMethod.Patch);
        Assert.Equal(200, (await client.PostAsync(Ticket, request)).Status);
        Assert.Equal(429, (await client.PostAsync(Ticket, request, "k")).Status);
        Assert.Equal(404,
            (await client.PostAsync(Ticket, ApiRequests.TicketRequest($"{Guid.NewGuid()}"), "k")).Status);
        Assert.Empty(await cloud.RowAsync(
            "select 1 from idempotency_keys where organization_id = $1", client.Organization));
        await cloud.AgeAsync(client, 13);

        Assert.Equal(200, (await client.PostAsync(Ticket, request, "k")).Status);
    }

    [Fact]
    public async Task A_key_is_free_again_after_24_hours()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        await client.PostAsync(Ticket, ApiRequests.TicketRequest(project), "k");
        var row = await cloud.RowAsync(
            """
            update idempotency_keys set expires_at = now() where organization_id = $1
            returning expires_at - created_at < interval '24 hours', (select old.expires_at - old.created_at
              from idempotency_keys old where old.organization_id = $1)
            """, client.Organization);

        var other = await client.PostAsync(Ticket, ApiRequests.TicketRequest(project, size: 4096), "k");
        var again = await client.PostAsync(Ticket, ApiRequests.TicketRequest(project, size: 4096), "k");

        Assert.Equal([true, TimeSpan.FromHours(24)], row);
        Assert.Equal((200, 200, "true"), (other.Status, again.Status, again.Header("Idempotency-Replayed")));
        Assert.Equal(other.Text, again.Text);
        Assert.Equal(2, await cloud.PhotosAsync(client));
    }

    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("ключ", "\"ключ\"")]
    [InlineData("a\tb", "\"a\\u0009b\"")]
    [InlineData(null, "256 characters long")]
    public async Task A_key_that_cannot_be_one_is_refused(string? key, string value)
    {
        using var client = await cloud.NewOrganizationAsync();
        await using var function = await LoneUploadUrl.StartAsync(
            cloud, cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!);
        var token = client.Http.DefaultRequestHeaders.Authorization!.Parameter!;

        var answer = await function.PostAsync(Projects, token, """{"name":"x"}""", key ?? new string('k', 256));

        var error = JsonDocument.Parse(answer.Body).RootElement.GetProperty("errors")[0];
        Assert.Equal((400, "Idempotency-Key"), (answer.Status, error.GetProperty("field").GetString()));
        Assert.Contains("1 to 255 printable ASCII", error.GetProperty("limit").GetString());
        Assert.Equal(value, error.GetProperty("value").GetString());
    }

    [Fact]
    public async Task A_project_is_made_once_for_a_key()
    {
        using var client = await cloud.NewOrganizationAsync();
        var key = new string('~', 255);

        var first = await client.PostAsync(Projects, new { name = "Ünique" }, key);
        var second = await client.PostAsync(Projects, new { name = "Ünique" }, key);

        Assert.Equal((201, 201, "true"), (first.Status, second.Status, second.Header("Idempotency-Replayed")));
        Assert.Equal((first.Text, first.Header("Location")), (second.Text, second.Header("Location")));
        Assert.Equal(first.Text, (await client.PostAsync(first.Header("Location")!, null, method: HttpMethod.Get)).Text);
        Assert.Equal([1L], await cloud.RowAsync(
            "select count(*) from projects where organization_id = $1", client.Organization));
    }

    [Fact]
    public async Task A_batch_with_a_key_is_answered_the_same_whatever_it_was()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync(new { upload_urls_per_minute = 2 });
        var items = new object[]
        {
            ApiRequests.TicketRequest(project), ApiRequests.TicketRequest(project, size: 1), 7,
            ApiRequests.TicketRequest(project), ApiRequests.TicketRequest(project),
        };

        var first = await client.PostAsync(Tickets, new { items }, "k");
        await cloud.AgeAsync(client, 13);
        var second = await client.PostAsync(Tickets, new { items }, "k");
        var hopeless = await client.PostAsync(Tickets, new { items = items[2..3] }, "h");
        var again = await client.PostAsync(Tickets, new { items = items[2..3] }, "h");

        Assert.Equal([200, 400, 400, 200, 429], first.Items.Select(i => i.GetProperty("status").GetInt32()));
        Assert.Equal((first.Text, "true"), (second.Text, second.Header("Idempotency-Replayed")));
        Assert.Equal((hopeless.Text, "true"), (again.Text, again.Header("Idempotency-Replayed")));
        Assert.Equal((2, 2), (await cloud.PhotosAsync(client), await cloud.GrantedAsync(client)));
    }

    [Theory]
    [InlineData(Ticket, 200)]
    [InlineData(Tickets, 20)]
    public async Task Parallel_retries_of_one_key_make_one_row(string path, int posts)
    {
        const int Retries = 5;
        using var client = await cloud.NewOrganizationAsync();
        var request = await client.NewTicketRequestAsync(new { upload_urls_per_minute = 100_000 });
        object body = path == Ticket ? request : new { items = new[] { request } };

        var answers = await Task.WhenAll(Enumerable.Range(0, posts * Retries).Select(
            i => client.PostAsync(path, body, $"key {i / Retries}")));

        Assert.All(answers, a => Assert.Equal(200, a.Status));
        Assert.All(answers.Chunk(Retries), c => Assert.Single(c.Select(a => a.Text).Distinct()));
        Assert.Equal(posts, answers.Select(a => a.Text).Distinct().Count());
        Assert.Equal(posts, answers.Count(a => a.Header("Idempotency-Replayed") is null));
        Assert.Equal((posts, posts), (await cloud.PhotosAsync(client), await cloud.GrantedAsync(client)));
    }
}
