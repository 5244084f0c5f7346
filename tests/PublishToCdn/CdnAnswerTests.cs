using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Tests;

/// <summary>What a CDN may answer instead of publishing: the origin serves, and the photo's row says why.</summary>
public sealed class CdnAnswerTests(CloudFixture cloud)
{
    private const string Ok = "application/json";
    private const string Due = """
        select cdn_error, cdn_attempts, round(extract(epoch from cdn_due_at - now()) / 60) from photos
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static readonly BadAnswer[] Answers =
    [
        new(401, Ok, """{"message":"Your account cannot be authenticated.","help":"x"}""", 1,
            "ImageKit answered 401 to the upload: Your account cannot be authenticated."),
        new(413, Ok, """{"message":"File is too large: https://a/b?X-Amz-Signature=5ec7e7"}""", 1,
            "ImageKit answered 413 to the upload: File is too large: https://a/b"),
        new(400, Ok, """{"message":"No."}""", 2, "ImageKit answered 400 to the upload: No."),
        new(403, "text/html", "<html>", 1, "ImageKit answered 403 to the upload: 6 bytes of text/html"),
        new(302, "", "", 1, "ImageKit answered 302 to the upload: nothing"),
        new(200, "text/html", "<html>", 1, "ImageKit answered 200 to the upload: 6 bytes of text/html"),
        new(200, "", "", 1, "ImageKit answered 200 to the upload: nothing"),
        new(200, Ok, """["a"]""", 1, "ImageKit answered 200 to the upload without a fileId"),
        new(200, Ok, """{"url":"http://a/b"}""", 1, "ImageKit answered 200 to the upload without a fileId"),
        new(200, Ok, """{"fileId":"1","url":null}""", 1, "ImageKit answered 200 to the upload without a url"),
        new(200, Ok, """{"fileId":"1","url":"a/b"}""", 1, "ImageKit answered the upload with a url that is none"),
        new(500, Ok, """[]""", 4, "ImageKit answered 500 to the upload: JSON without a message"),
        new(503, "", "", 4, "ImageKit answered 503 to the upload: nothing"),
    ];

    [Fact]
    public async Task An_answer_that_publishes_nothing_is_kept_as_the_reason()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var photos = await stage.AddAsync([.. Enumerable.Range(0, Answers.Length)]);

        var uploads = await Task.WhenAll(Answers.Select((answer, i) => UploadAsync(stage, photos[i], answer)));

        Assert.Equal(Answers.Select(a => a.Uploads), uploads);
        Assert.Equal(
            Answers.Select((a, i) => $"{i:00},{a.Reason},1,10"),
            await stage.Database.RowsAsync(
                Due.Replace("select", "select lpad(file_name, 2, '0'),", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_connection_that_breaks_is_tried_again()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        var photos = await stage.AddAsync([1]);
        await stage.FailAsync("""{"kind": "reset", "times": 3}""");

        Assert.Equal("", await stage.PublishAsync(photos));

        Assert.Equal([",0,"], await stage.Database.RowsAsync(Due));
        Assert.Equal("1", await stage.UploadsAsync());
        await stage.FailAsync("""{"kind": "reset"}""");
        await stage.PublishAsync(await stage.AddAsync([2]));
        Assert.Contains(await stage.Database.RowsAsync(Due), row => row.StartsWith(
            "ImageKit could not be reached for the upload, or broke off", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_eight_failures_the_origin_serves_for_good()
    {
        await using var stage = await CdnStage.NewAsync(cloud);
        await stage.AddAsync([1]);
        await stage.FailAsync("""{"kind": "empty"}""");
        var minutes = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal("publications_sent=1", await stage.SweepAsync());
            minutes.Add((await stage.Database.RowsAsync(Due))[0].Split(',')[^1]);
        }

        Assert.Equal(["10", "30", "90", "270", "810", "1440", "1440", ""], minutes);
        await stage.HealAsync();
        Assert.Equal("", await stage.SweepAsync());
        Assert.Equal(["ImageKit answered 200 to the upload: nothing,8,"], await stage.Database.RowsAsync(Due));
    }

    /// <returns>How often it was tried.</returns>
    private static async Task<int> UploadAsync(CdnStage stage, Guid photo, BadAnswer answer)
    {
        await using var cdn = await BrokenStore.StartAsync(async http =>
        {
            await http.Request.Body.CopyToAsync(Stream.Null, Stop);
            (http.Response.StatusCode, http.Response.ContentType) = (answer.Status, answer.Type);
            http.Response.Headers.Location = "http://127.0.0.1:9/";
            await http.Response.WriteAsync(answer.Body, Stop);
        });
        await using var function = await stage.AnotherAsync(("PHOTOLAMBDA_IMAGEKIT_UPLOAD_URL", cdn.Address));
        Assert.Equal("", await function.InvokeAsync([CdnStage.Message(photo)]));
        return cdn.Requests;
    }

    /// <param name="Uploads">That it takes to be given up.</param>
    private sealed record BadAnswer(int Status, string Type, string Body, int Uploads, string Reason);
}
