using System.Text.Json;
using System.Text.Json.Nodes;
using static PhotoLambda.Tests.BulkRequests;

namespace PhotoLambda.Tests;

/// <summary>From a request with descriptors to rows, through the queue and the function behind it.</summary>
[AnyFlavor]
public class RegisterPhotosTests(CloudFixture cloud)
{
    [Fact]
    public async Task Of_a_thousand_the_bad_ones_alone_are_rejected()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var photos = Descriptors(project, 1000);
        photos[3]["mime_type"] = "image/gif";
        photos[500]["s3_key"] = $"{Guid.NewGuid()}/a.jpg";
        photos[999] = [];

        var answer = await client.PostAsync(Route, Body(photos));

        Assert.Equal((202, 1000), (answer.Status, answer.Json.GetProperty("total").GetInt32()));
        var path = $"/api/v1/bulk/{Id(answer.Json)}";
        Assert.Equal(path, answer.Header("Location"));
        Assert.Equal(new Uri(cloud.Cloud.Api, path), new Uri(answer.Json.GetProperty("status_url").GetString()!));
        var batch = await client.FinishedAsync(answer.Json);
        Assert.Equal([1000, 997, 0, 3], Counts(batch));
        Assert.Equal(1, batch.GetProperty("progress").GetDouble());
        Assert.Equal(("api", 1000),
            (batch.GetProperty("source").GetString(), batch.GetProperty("total").GetInt32()));
        Assert.Equal(
            ["23514 mime_type", "42501 s3_key", "23502 project_id"],
            Rejects(batch).Select(r => $"{r.GetProperty("sqlstate")} {r.GetProperty("field")}"));
        Assert.Equal(photos[3].ToJsonString(), Rejects(batch)[0].GetProperty("row").GetString());
        Assert.Equal((0, 3), (
            Rejects(batch)[0].GetProperty("part").GetInt32(), Rejects(batch)[0].GetProperty("row_number").GetInt32()));
        Assert.Equal([997L, "ada", answer.Header("X-Correlation-Id")], await cloud.RowAsync(
            "select count(*), min(uploaded_by_user_id), max(correlation_id) from photos where bulk_id = $1",
            Id(answer.Json)));
    }

    [Fact]
    public async Task Objects_that_have_photos_are_duplicates()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        await client.FinishedAsync(await client.RegisterAsync(Descriptors(project, 3)));

        var batch = await client.FinishedAsync(await client.RegisterAsync(Descriptors(project, 5)));

        Assert.Equal([5, 2, 3, 0], Counts(batch));
        Assert.Equal(5, await cloud.PhotosAsync(client));
    }

    [Fact]
    public async Task A_descriptor_may_name_who_uploaded_it_but_no_organization()
    {
        using var client = await cloud.NewOrganizationAsync();
        using var theirs = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();

        var accepted = await client.RegisterAsync(
            Descriptor(project, "old", ("uploaded_by_user_id", "grace")),
            Descriptor(project, "mine", ("organization_id", theirs.Organization)),
            Descriptor(await theirs.NewProjectAsync(), "theirs"));
        var batch = await client.FinishedAsync(accepted);

        Assert.Equal([3, 1, 0, 2], Counts(batch));
        Assert.Equal(["42703", "23503"], Rejects(batch).Select(r => r.GetProperty("sqlstate").GetString()));
        Assert.Equal(["grace", "ada"], await cloud.RowAsync(
            """
            select uploaded_by_user_id, requested_by from photos p join ingest_batches b on b.id = p.bulk_id
            where p.organization_id = $1
            """, client.Organization));
        Assert.Equal(0, await cloud.PhotosAsync(theirs));
    }

    [Fact]
    public async Task Any_text_of_JSON_comes_through_the_queue()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        const string Name = "\uFFFE\uFFFF \U0001F6A2 \"Möwe\".jpg";
        var photo = Descriptor(project, "a").ToJsonString();
        var raw = $$"""{"photos": [ {{photo[..^1]}}, "file_name": "{{Name.Replace("\"", "\\\"")}}"}], "more": 1}""";

        var answer = await client.PostAsync(Route, raw);
        await client.FinishedAsync(answer.Json);

        Assert.Equal([Name], await cloud.RowAsync(
            "select file_name from photos where organization_id = $1", client.Organization));
    }

    [Fact]
    public async Task What_is_told_stays_where_the_objects_are_not_to_be_read()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var body = JsonSerializer.SerializeToNode(new { inspect = false })!.AsObject();
        body["photos"] = new JsonArray(Descriptor(project, "a", ("width", 6000), ("height", 4000)));

        var answer = await client.PostAsync(Route, body.ToJsonString());
        await client.FinishedAsync(answer.Json);

        Assert.Equal([6000, 0], await cloud.RowAsync(
            "select width_px, extractor_version from photos where organization_id = $1", client.Organization));
    }

    [Fact]
    public async Task A_batch_is_its_organizations_alone()
    {
        using var client = await cloud.NewOrganizationAsync();
        using var theirs = await cloud.NewOrganizationAsync();
        var accepted = await client.RegisterAsync(new JsonObject());
        await client.FinishedAsync(accepted);
        var path = $"/api/v1/bulk/{Id(accepted)}";

        var foreign = await theirs.PostAsync(path, null, method: HttpMethod.Get);
        var unknown = await theirs.PostAsync($"/api/v1/bulk/{Guid.NewGuid()}", null, method: HttpMethod.Get);

        Assert.Equal((404, "batch-not-found"), (foreign.Status, foreign.Problem));
        Assert.Equal((404, "batch-not-found"), (unknown.Status, unknown.Problem));
    }

    [Theory]
    [InlineData("photos:read", 403, 404)]
    [InlineData("photos:write", 400, 403)]
    public async Task Each_route_asks_for_its_scope(string scope, int registering, int reading)
    {
        using var client = await cloud.NewOrganizationAsync(scope);

        var register = await client.PostAsync(Route, Body());
        var read = await client.PostAsync($"/api/v1/bulk/{Guid.NewGuid()}", null, method: HttpMethod.Get);

        Assert.Equal((registering, reading), (register.Status, read.Status));
    }
}
