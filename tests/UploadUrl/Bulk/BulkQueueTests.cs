using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using static PhotoLambda.Tests.BulkRequests;

namespace PhotoLambda.Tests;

/// <summary>What goes to the queue, and what is answered when it does not take it.</summary>
public class BulkQueueTests(CloudFixture cloud)
{
    private const string Unavailable = "urn:photolambda:problem:queue-unavailable";

    [Fact]
    public async Task Large_requests_are_cut_into_small_messages()
    {
        using var client = await cloud.NewOrganizationAsync();
        await using var stream = await BulkStream.StartAsync(cloud, client);
        var project = Guid.NewGuid().ToString();
        // Just under the 4 MiB that a request may have.
        var photos = Descriptors(project, 1000);
        Array.ForEach(photos, p => p["exif_data"] = new JsonObject { ["a"] = new string('a', 3950) });

        var answer = await stream.PostAsync(Body(photos));

        Assert.Equal(202, answer.Status);
        var messages = await stream.TakeAsync();
        Assert.InRange(messages.Count, 16, 20);
        Assert.Equal(
            Enumerable.Range(0, messages.Count), messages.Select(m => m.Message.GetProperty("part").GetInt32()));
        Assert.All(messages, m => Assert.InRange(m.Bytes, 1, 256 * 1024));
        Assert.Equal(
            photos.Select(p => p["s3_key"]!.GetValue<string>()),
            messages.SelectMany(m => m.Message.GetProperty("photos").EnumerateArray())
                .Select(p => p.GetProperty("s3_key").GetString()));
        var head = messages[^1].Message;
        var batch = answer.Headers["Location"][^36..];
        Assert.Equal(
            $"1 {client.Organization} {batch} ada {answer.Headers["X-Correlation-Id"]} True",
            string.Join(' ', from m in head.EnumerateObject() where m.Name is not ("part" or "photos") select m.Value));
    }

    [Fact]
    public async Task A_message_has_250_descriptors_and_one_of_the_longest_fits()
    {
        using var client = await cloud.NewOrganizationAsync();
        await using var stream = await BulkStream.StartAsync(cloud, client);
        var photos = Descriptors(Guid.NewGuid().ToString(), 501);
        var room = 128 * 1024 - photos[500].ToJsonString().Length - ",\"a\":\"\"".Length;
        photos[500]["a"] = new string('a', room);

        Assert.Equal(202, (await stream.PostAsync(Body(photos))).Status);

        Assert.Equal([250, 250, 1], (await stream.TakeAsync()).Select(
            m => m.Message.GetProperty("photos").GetArrayLength()));
    }

    [Fact]
    public async Task A_queue_that_is_down_is_told_and_nothing_is_lost()
    {
        using var client = await cloud.NewOrganizationAsync();
        var body = Body(Descriptors(await client.NewProjectAsync(), 3));
        await using var function = await LoneUploadUrl.StartAsync(
            cloud, cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!,
            ("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9"));

        var answer = await function.PostAsync(Route, Token(client), body, "k");

        Assert.Equal((503, Unavailable, "5"), (answer.Status, answer.ProblemType, answer.Headers["Retry-After"]));
        var again = await client.PostAsync(Route, body, "k");
        Assert.Equal(202, again.Status);
        var batch = await client.FinishedAsync(again.Json);
        Assert.Equal([3, 3, 0, 0], Counts(batch));
    }

    [Theory]
    [InlineData("ServiceUnavailable", false)]
    [InlineData("InvalidMessageContents", true)]
    public async Task One_part_that_is_not_confirmed_fails_the_request(string code, bool ours)
    {
        using var client = await cloud.NewOrganizationAsync();
        await using var queue = await BrokenStore.StartAsync(async http =>
        {
            var ids = (await JsonDocument.ParseAsync(http.Request.Body)).RootElement.GetProperty("Entries")
                .EnumerateArray().Select(e => e.GetProperty("Id").GetString()).ToList();
            await http.Response.WriteAsJsonAsync(new
            {
                Successful = ids.Where(i => i != "1").Select(i => new { Id = i, MessageId = "m" }),
                Failed = ids.Where(i => i == "1")
                    .Select(i => new { Id = i, Code = code, SenderFault = ours, Message = "no" }),
            }, JsonSerializerOptions.Default);
        });
        await using var function = await LoneUploadUrl.StartAsync(
            cloud, cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!,
            ("AWS_ENDPOINT_URL_SQS", queue.Address));

        var answer = await function.PostAsync(
            Route, Token(client), Body(Descriptors(Guid.NewGuid().ToString(), 600)));

        Assert.Equal((503, Unavailable, "5"), (answer.Status, answer.ProblemType, answer.Headers["Retry-After"]));
        Assert.Equal(ours, queue.Requests == 1);
    }

    [Fact]
    public async Task A_silent_queue_does_not_outlast_the_request()
    {
        using var client = await cloud.NewOrganizationAsync();
        await using var queue = await BrokenStore.StartAsync(http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        await using var function = await LoneUploadUrl.StartAsync(
            cloud, cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!,
            ("AWS_ENDPOINT_URL_SQS", queue.Address));

        var answer = await function.PostAsync(
            Route, Token(client), Body(Descriptors(Guid.NewGuid().ToString(), 1)), seconds: 3);

        Assert.Equal((503, Unavailable), (answer.Status, answer.ProblemType));
    }

    private static string Token(ApiClient client) => client.Http.DefaultRequestHeaders.Authorization!.Parameter!;
}
