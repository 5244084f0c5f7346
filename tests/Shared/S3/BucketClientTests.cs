using System.Net;
using System.Net.Http.Headers;
using PhotoLambda.Aws;
using PhotoLambda.Local;
using PhotoLambda.S3;

namespace PhotoLambda.Tests;

public sealed class BucketClientTests(CloudFixture cloud)
{
    private static readonly HttpClient Http = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static DateTimeOffset Soon => DateTimeOffset.UtcNow.AddSeconds(30);

    [Theory]
    [InlineData("plain/key.jpg")]
    [InlineData("../up.jpg")]
    [InlineData("a/../../b/./c")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a//b///c")]
    [InlineData("/leading/and/trailing/")]
    [InlineData("a%2Fb%20c %")]
    [InlineData("a+b c&d=e?f#g")]
    [InlineData("ünï/日本/😀.jpg")]
    [InlineData("back\\slash|pipe\"quote'<>{}^`[]:;@$,!*()~")]
    public async Task Any_key_names_the_very_object(string key)
    {
        var client = await NewBucketAsync("keys-" + Guid.NewGuid().ToString("N"));
        var bytes = new byte[] { 1, 2, 3 };

        using var put = await client.SendAsync(HttpMethod.Put, key, [],
            request => request.Content!.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg"),
            bytes, Soon, Stop);
        using var get = await client.SendAsync(HttpMethod.Get, key, [], null, default, Soon, Stop);

        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.Equal(bytes, await get.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal("image/jpeg", get.Content.Headers.ContentType?.ToString());
        Assert.Equal([key], await KeysAsync(client));
        await client.DeleteAsync(key, Soon, Stop);
        Assert.Empty(await KeysAsync(client));
    }

    [Fact]
    public async Task Query_values_arrive_as_they_are()
    {
        var client = await NewBucketAsync("query-" + Guid.NewGuid().ToString("N"));
        foreach (var key in (string[])["a+b/1", "a b/2", "a%20b/3"])
        {
            using var _ = await client.SendAsync(HttpMethod.Put, key, [], null, default, Soon, Stop);
        }

        Assert.Equal(["a+b/1"], await KeysAsync(client, "a+b/"));
        Assert.Equal(["a%20b/3"], await KeysAsync(client, "a%20b/"));
    }

    [Fact]
    public async Task An_upload_in_parts_is_given_up()
    {
        var name = "parts-" + Guid.NewGuid().ToString("N");
        var client = await NewBucketAsync(name);
        using var s3 = cloud.S3();
        var upload = await s3.InitiateMultipartUploadAsync(name, "../k", Stop);

        await client.AbortUploadAsync("../k", upload.UploadId, Soon, Stop);
        await client.AbortUploadAsync("../k", upload.UploadId, Soon, Stop);

        var left = await s3.ListMultipartUploadsAsync(name, Stop);
        Assert.Empty(left.MultipartUploads ?? []);
    }

    private async Task<BucketClient> NewBucketAsync(string name)
    {
        using var s3 = cloud.S3();
        await s3.PutBucketAsync(name, Stop);
        var credentials = new AwsCredentials(CloudIdentity.AccessKeyId, CloudIdentity.SecretAccessKey);
        return new BucketClient(
            Http, new AwsEnvironment(CloudIdentity.Region, credentials, S3Override: cloud.Cloud.Cloud), name);
    }

    private static async Task<string[]> KeysAsync(BucketClient client, string prefix = "")
    {
        using var list = await client.SendAsync(
            HttpMethod.Get, "", [new("list-type", "2"), new("prefix", prefix)], null, default, Soon, Stop);
        var xml = System.Xml.Linq.XDocument.Parse(
            await list.Content.ReadAsStringAsync(Stop));
        return [.. xml.Descendants().Where(e => e.Name.LocalName == "Key").Select(e => e.Value)];
    }
}
