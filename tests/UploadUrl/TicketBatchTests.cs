using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>Tickets by the hundred, each item with an outcome of its own.</summary>
public class TicketBatchTests(CloudFixture cloud)
{
    private const string Tickets = "/api/v1/photos/upload-urls";

    [Fact]
    public async Task A_hundred_tickets_are_given_at_once()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var bytes = ImageBuilder.Jpeg(length: 2048);

        var answer = await client.PostAsync(Tickets, new
        {
            items = Enumerable.Range(0, 100).Select(i => ApiRequests.TicketRequest(project, size: 2048 + i)),
        });

        Assert.Equal((200, "100", "0"),
            (answer.Status, answer.Header("RateLimit-Limit"), answer.Header("RateLimit-Remaining")));
        Assert.All(answer.Items, i => Assert.Equal(200, i.GetProperty("status").GetInt32()));
        Assert.Equal(Enumerable.Range(2048, 100).Select(s => $"{s}"), answer.Items.Select(
            i => i.GetProperty("headers").GetProperty("Content-Length").GetString()));
        Assert.Equal(100, answer.Items.Select(i => i.GetProperty("photo_id").GetGuid()).Distinct().Count());
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(answer.Items[0], bytes));
        await client.UntilAsync(answer.Items[0], "processing");
        Assert.Equal([100L, 100L], await cloud.RowAsync(
            """
            select (select count(*) from photos where organization_id = $1),
              (select count(*) from photo_events where organization_id = $1 and to_status = 'pending_upload')
            """, client.Organization));
    }

    [Fact]
    public async Task An_item_of_mistakes_alone_gets_the_first_hundred()
    {
        using var client = await cloud.NewOrganizationAsync();
        var twice = string.Join(',', Enumerable.Repeat("\"\":1", 160_000));

        var (status, answer) = await client.SendJsonAsync(HttpMethod.Post, Tickets, $$"""{"items":[{{{twice}}}]}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(100, answer.GetProperty("items")[0].GetProperty("problem").GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public async Task Each_item_stands_or_falls_by_itself()
    {
        using var client = await cloud.NewOrganizationAsync();
        using var others = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var sound = await client.NewProjectAsync(JsonNode.Parse("""{"allowed_types":["audio/flac"],"max_audio_bytes":4096}"""));
        var foreign = await others.NewProjectAsync();

        var answer = await client.PostAsync(Tickets, new
        {
            items = new object?[]
            {
                ApiRequests.TicketRequest(project), ApiRequests.TicketRequest(project, size: 12), null, "text",
                ApiRequests.TicketRequest(foreign), ApiRequests.TicketRequest(project, "image/gif"),
                ApiRequests.TicketRequest(sound, "audio/flac", 4096),
                ApiRequests.TicketRequest(sound, "image/png", 52_428_801), ApiRequests.TicketRequest(project),
            },
        });

        Assert.Equal(200, answer.Status);
        Assert.Equal([200, 400, 400, 400, 404, 400, 200, 400, 200],
            answer.Items.Select(i => i.GetProperty("status").GetInt32()));
        Assert.Equal(["file_size", "items", "items", "mime_type", "mime_type,file_size"], answer.Items
            .Where(i => i.GetProperty("status").GetInt32() == 400)
            .Select(i => string.Join(',', Errors(i).Select(e => e.GetProperty("field").GetString()))));
        Assert.EndsWith("project-not-found", answer.Items[4].GetProperty("problem").GetProperty("type").GetString());
        Assert.Equal((3, 3), (await cloud.PhotosAsync(client), await cloud.GrantedAsync(client)));
        Assert.Equal(0, await cloud.PhotosAsync(others));
    }

    [Fact]
    public async Task Items_are_given_in_order_as_far_as_the_limit_goes()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var items = Enumerable.Range(0, 60).Select(_ => ApiRequests.TicketRequest(project)).ToArray();

        var first = await client.PostAsync(Tickets, new { items });
        var second = await client.PostAsync(Tickets, new { items });

        Assert.Equal("40", first.Header("RateLimit-Remaining"));
        Assert.Equal(Enumerable.Repeat(200, 40).Concat(Enumerable.Repeat(429, 20)),
            second.Items.Select(i => i.GetProperty("status").GetInt32()));
        Assert.Equal((100, 100), (await cloud.PhotosAsync(client), await cloud.GrantedAsync(client)));
    }

    [Theory]
    [InlineData("{}", "missing")]
    [InlineData("""{"items":[]}""", "an array of 0")]
    [InlineData("""{"items":{}}""", "an object")]
    [InlineData(null, "an array of 101")]
    public async Task A_batch_has_1_to_100_items(string? json, string value)
    {
        using var client = await cloud.NewOrganizationAsync();
        json ??= $$"""{"items":[{{string.Join(',', Enumerable.Repeat("{}", 101))}}]}""";

        var answer = await client.PostAsync(Tickets, json);

        var error = Assert.Single(answer.Json.GetProperty("errors").EnumerateArray());
        Assert.Equal((400, "items"), (answer.Status, error.GetProperty("field").GetString()));
        Assert.Contains(value, error.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_batch_of_the_longest_items_is_taken()
    {
        using var client = await cloud.NewOrganizationAsync();
        var item = ApiRequests.TicketRequest(await client.NewProjectAsync(), sha256: new string('a', 64));
        item["file_name"] = string.Concat(Enumerable.Repeat("\U0001F4F7", 255));
        item["session_id"] = new string('s', 64);
        item["detection_types"] = Enumerable.Repeat(new string('d', 64), 16);
        item["priority"] = "normal";

        var answer = await client.PostAsync(Tickets, new { items = Enumerable.Repeat(item, 100) });

        Assert.Equal(200, answer.Status);
        Assert.All(answer.Items, i => Assert.Equal(200, i.GetProperty("status").GetInt32()));
        Assert.Equal(
            [255, new string('s', 64), 16, new string('d', 64), "image"], await cloud.RowAsync(
                """
                select char_length(file_name), session_id, cardinality(detection_types), detection_types[16], kind
                from photos where organization_id = $1 limit 1
                """, client.Organization));
    }

    private static JsonElement.ArrayEnumerator Errors(JsonElement item) =>
        item.GetProperty("problem").GetProperty("errors").EnumerateArray();
}
