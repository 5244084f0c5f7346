using static PhotoLambda.Tests.BulkRequests;

namespace PhotoLambda.Tests;

/// <summary>A batch that is asked for again with its key is the same batch.</summary>
public class BulkIdempotencyTests(CloudFixture cloud)
{
    [Fact]
    public async Task The_same_key_and_request_get_the_same_batch()
    {
        using var client = await cloud.NewOrganizationAsync();
        var body = Body(Descriptors(await client.NewProjectAsync(), 3));

        var first = await client.PostAsync(Route, body, "k 1");
        var second = await client.PostAsync(Route, body, "k 1");
        await client.FinishedAsync(first.Json);
        var third = await client.PostAsync(Route, body, "k 1");

        Assert.Equal((202, 202, 202), (first.Status, second.Status, third.Status));
        Assert.Equal(
            [null, "true", "true"], new[] { first, second, third }.Select(a => a.Header("Idempotency-Replayed")));
        Assert.Equal((first.Text, first.Header("Location")), (third.Text, third.Header("Location")));
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(8, Id(first.Json).Version);
        var batch = await client.BatchAsync(first.Json);
        Assert.Equal([3, 3, 0, 0], Counts(batch));
        Assert.Equal([1L], await cloud.RowAsync(
            "select count(*) from ingest_batches where organization_id = $1", client.Organization));
    }

    [Fact]
    public async Task A_key_is_good_for_one_request_only()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        await client.PostAsync(Route, Body(Descriptors(project, 1)), "k");

        var other = await client.PostAsync(Route, Body(Descriptors(project, 2)), "k");
        var spaced = await client.PostAsync(Route, Body(Descriptors(project, 1)) + " ", "k");
        var without = await client.PostAsync(Route, Body(Descriptors(project, 2)));

        Assert.Equal((422, "idempotency-key-reused"), (other.Status, other.Problem));
        Assert.Equal((422, "idempotency-key-reused"), (spaced.Status, spaced.Problem));
        Assert.Equal((202, null), (without.Status, without.Header("Idempotency-Replayed")));
    }

    [Fact]
    public async Task A_key_is_the_users_in_the_organization()
    {
        using var ours = await cloud.NewOrganizationAsync();
        using var theirs = await cloud.NewOrganizationAsync();
        var body = Body([]);
        var bodies = Body(Descriptors(Guid.NewGuid().ToString(), 1));

        var first = await ours.PostAsync(Route, bodies, "k");
        var foreign = await theirs.PostAsync(Route, bodies, "k");
        await ours.SignInAsync("photos:write", "grace");
        var colleague = await ours.PostAsync(Route, bodies, "k");

        Assert.All(new[] { first, foreign, colleague }, a => Assert.Equal(
            (202, null), (a.Status, a.Header("Idempotency-Replayed"))));
        Assert.Distinct(new[] { first, foreign, colleague }.Select(a => Id(a.Json)));
        Assert.Equal(400, (await ours.PostAsync(Route, body, "k")).Status);
    }

    [Fact]
    public async Task Only_what_is_not_done_is_sent_again()
    {
        using var client = await cloud.NewOrganizationAsync();
        await using var stream = await BulkStream.StartAsync(cloud, client);
        var body = Body(Descriptors(Guid.NewGuid().ToString(), 1000));
        var first = await stream.PostAsync(body, "k");
        var parts = (await stream.TakeAsync()).ConvertAll(m => m.Message.GetProperty("photos").GetRawText());
        await cloud.RowAsync(
            """
            insert into ingest_parts (batch_id, part, organization_id, rows)
            select id, p, organization_id, 250 from ingest_batches, unnest(array[0, 2]) p where organization_id = $1
            """, client.Organization);

        var second = await stream.PostAsync(body, "k");

        Assert.Equal((202, 202, "true"), (first.Status, second.Status, second.Headers["Idempotency-Replayed"]));
        Assert.Equal(first.Body, second.Body);
        Assert.Equal(4, parts.Count);
        Assert.Equal([(1, parts[1]), (3, parts[3])], (await stream.TakeAsync()).Select(m => (
            m.Message.GetProperty("part").GetInt32(), m.Message.GetProperty("photos").GetRawText())));
        await cloud.RowAsync(
            """
            insert into ingest_parts (batch_id, part, organization_id, rows)
            select id, p, organization_id, 250 from ingest_batches, unnest(array[1, 3]) p where organization_id = $1
            """, client.Organization);
        Assert.Equal(202, (await stream.PostAsync(body, "k")).Status);
        Assert.Empty(await stream.TakeAsync());
    }

    [Fact]
    public async Task Parallel_retries_of_one_key_make_one_batch()
    {
        using var client = await cloud.NewOrganizationAsync();
        var body = Body(Descriptors(await client.NewProjectAsync(), 20));

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.PostAsync(Route, body, "k")));

        Assert.All(answers, a => Assert.Equal(202, a.Status));
        Assert.Single(answers.Select(a => a.Text).Distinct());
        Assert.Single(answers, a => a.Header("Idempotency-Replayed") is null);
        await client.FinishedAsync(answers[0].Json);
        Assert.Equal(20, await cloud.PhotosAsync(client));
    }
}
