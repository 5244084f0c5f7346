using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using PhotoLambda.Aws;

namespace PhotoLambda.Tests;

/// <summary>An invalidation is taken from whoever signs it, if CloudFront would take it.</summary>
public class CloudFrontInvalidationTests
{
    private const string Good = """
        <InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><CallerReference>r1</CallerReference>
        <Paths><Items><Path>/a.jpg</Path><Path>/b/*</Path></Items><Quantity>2</Quantity></Paths></InvalidationBatch>
        """;

    [Fact]
    public async Task An_invalidation_sent_twice_is_one_and_is_listed()
    {
        await using var cdn = await CdnServer.StartAsync();

        var first = await SendAsync(cdn, Good);
        var again = await SendAsync(cdn, Good);
        var other = await SendAsync(cdn, Good.Replace("/a.jpg", "/c.jpg", StringComparison.Ordinal));
        cdn.Restart();

        Assert.Equal(201, first.Status);
        var made = XElement.Parse(first.Body);
        Assert.Equal("Completed", made.Element(made.Name.Namespace + "Status")?.Value);
        Assert.Equal(first.Body, again.Body);
        IsRefused(other, 400, "InvalidationBatchAlreadyExists");
        var list = JsonSerializer.Deserialize<JsonElement>(
            (await cdn.GetAsync(cdn.Distribution + "invalidations")).Body).GetProperty("invalidations");
        var only = Assert.Single(list.EnumerateArray());
        Assert.Equal(("E1", "r1"), (
            only.GetProperty("distribution_id").GetString(), only.GetProperty("caller_reference").GetString()));
        Assert.Equal(["/a.jpg", "/b/*"], only.GetProperty("paths").EnumerateArray().Select(p => p.GetString()!));
    }

    [Theory]
    [InlineData("body", "SignatureDoesNotMatch")]
    [InlineData("path", "SignatureDoesNotMatch")]
    [InlineData("query", "SignatureDoesNotMatch")]
    [InlineData("header", "SignatureDoesNotMatch")]
    [InlineData("date", "SignatureDoesNotMatch")]
    [InlineData("signature", "SignatureDoesNotMatch")]
    [InlineData("none", "MissingAuthenticationToken")]
    [InlineData("service", "SignatureDoesNotMatch")]
    [InlineData("region", "SignatureDoesNotMatch")]
    [InlineData("age", "SignatureDoesNotMatch")]
    [InlineData("secret", "SignatureDoesNotMatch")]
    [InlineData("key", "InvalidClientTokenId")]
    public async Task Nothing_is_taken_that_the_key_did_not_sign(string what, string code)
    {
        await using var cdn = await CdnServer.StartAsync();
        var credentials = what switch
        {
            "key" => new AwsCredentials("other", CdnServer.Credentials.SecretAccessKey, null),
            "secret" => new AwsCredentials(CdnServer.Credentials.AccessKeyId, "other", null),
            _ => CdnServer.Credentials,
        };
        var time = new TurnableClock { Offset = TimeSpan.FromMinutes(what == "age" ? -16 : 0) };
        var signer = new RequestSigner(
            credentials, what == "region" ? "eu-west-1" : "us-east-1", what == "service" ? "s3" : "cloudfront", time);

        var answer = await SendAsync(cdn, Good, signer, request => Tamper(request, what));

        IsRefused(answer, 403, code);
        Assert.Contains("[]", (await cdn.GetAsync(cdn.Distribution + "invalidations")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Quantity>2<", "Quantity>3<", 400, "InconsistentQuantities")]
    [InlineData("Quantity>2<", "Quantity>x<", 400, "InconsistentQuantities")]
    [InlineData("CallerReference>r1<", "CallerReference><", 400, "InvalidArgument")]
    [InlineData("Paths>", "Ways>", 400, "InvalidArgument")]
    [InlineData(
        "<Path>/a.jpg</Path><Path>/b/*</Path></Items><Quantity>2<", "</Items><Quantity>0<", 400, "InvalidArgument")]
    [InlineData("/a.jpg", "a.jpg", 400, "InvalidArgument")]
    [InlineData("/a.jpg", "/*/a.jpg", 400, "InvalidArgument")]
    [InlineData("/a.jpg", "/a b.jpg", 400, "InvalidArgument")]
    [InlineData("/a.jpg", "/ä.jpg", 400, "InvalidArgument")]
    [InlineData("InvalidationBatch", "Batch", 400, "MalformedXML")]
    [InlineData("</Paths>", "", 400, "MalformedXML")]
    public async Task A_batch_that_is_not_valid_is_refused(string old, string changed, int status, string code)
    {
        await using var cdn = await CdnServer.StartAsync();

        IsRefused(await SendAsync(cdn, Good.Replace(old, changed, StringComparison.Ordinal)), status, code);
    }

    [Fact]
    public async Task A_batch_has_so_many_paths_and_no_more()
    {
        await using var cdn = await CdnServer.StartAsync();

        Assert.Equal(201, (await SendAsync(cdn, Batch("a", 3_000, "/x"))).Status);
        IsRefused(await SendAsync(cdn, Batch("b", 3_001, "/x")), 413, "BatchTooLarge");
        Assert.Equal(201, (await SendAsync(cdn, Batch("c", 15, "/x*"))).Status);
        IsRefused(await SendAsync(cdn, Batch("d", 16, "/x*")), 400, "TooManyInvalidationsInProgress");
        IsRefused(await SendAsync(cdn, Batch("e", 1, "/" + new string('x', 4_000))), 400, "InvalidArgument");
        IsRefused(await SendAsync(cdn, ""), 400, "MissingBody");
        IsRefused(await SendAsync(cdn, Good, distribution: "e-1"), 404, "NoSuchDistribution");
    }

    private static string Batch(string reference, int count, string path) =>
        $"<InvalidationBatch><CallerReference>{reference}</CallerReference><Paths><Quantity>{count}</Quantity><Items>"
        + string.Concat(Enumerable.Repeat($"<Path>{path}</Path>", count)) + "</Items></Paths></InvalidationBatch>";

    private static async Task<(int Status, string Body)> SendAsync(
        CdnServer cdn, string xml, RequestSigner? signer = null, Action<HttpRequestMessage>? tamper = null,
        string distribution = "E1")
    {
        var body = Encoding.UTF8.GetBytes(xml);
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(cdn.Url, $"/2020-05-31/distribution/{distribution}/invalidation"));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new("application/xml");
        (signer ?? new RequestSigner(CdnServer.Credentials, "us-east-1", "cloudfront")).Sign(request, body);
        tamper?.Invoke(request);
        return await cdn.SendAsync(request);
    }

    private static void Tamper(HttpRequestMessage request, string what)
    {
        switch (what)
        {
            case "body":
                request.Content = new StringContent(Good.Replace("/a.jpg", "/b.jpg", StringComparison.Ordinal));
                request.Content.Headers.ContentType = new("application/xml");
                break;
            case "path":
                request.RequestUri = new Uri(request.RequestUri!, "/2020-05-31/distribution/E2/invalidation");
                break;
            case "query":
                request.RequestUri = new Uri(request.RequestUri + "?a=b");
                break;
            case "header":
                request.Headers.Add("x-amz-security-token", "other");
                break;
            case "date":
                request.Headers.Remove("x-amz-date");
                request.Headers.Add("x-amz-date", "today");
                break;
            case "signature":
                var authorization = request.Headers.GetValues("Authorization").Single();
                request.Headers.Remove("Authorization");
                request.Headers.TryAddWithoutValidation("Authorization", authorization[..^4] + "0000");
                break;
            case "none":
                request.Headers.Remove("Authorization");
                break;
        }
    }

    private static void IsRefused((int Status, string Body) answer, int status, string code)
    {
        Assert.True(status == answer.Status, answer.Body);
        var root = XElement.Parse(answer.Body);
        var space = root.Name.Namespace;
        Assert.Equal("ErrorResponse", root.Name.LocalName);
        Assert.Equal(code, root.Element(space + "Error")?.Element(space + "Code")?.Value);
    }
}
