using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.AspNetCore.WebUtilities;
using PhotoLambda.Aws;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.Tests;

/// <summary>What a ticket allows, the store takes; everything else it refuses by itself.</summary>
[AnyFlavor]
public class TicketTests(CloudFixture cloud)
{
    [Fact]
    public async Task A_ticket_holds_what_the_client_needs()
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var bytes = new byte[2048];

        var ticket = await client.NewTicketAsync(project, bytes, sha256: Convert.ToHexString(SHA256.HashData(bytes)));

        var id = ticket.GetProperty("photo_id").GetGuid();
        Assert.Equal(7, id.Version);
        Assert.Equal(900, ticket.GetProperty("expires_in_seconds").GetInt32());
        var s3Url = ticket.GetProperty("s3_url").GetString();
        Assert.Matches($"^s3://[a-z0-9-]+/{project}/\\d{{4}}/\\d\\d/\\d\\d/{id}\\.jpg$", s3Url);
        Assert.EndsWith($"/api/v1/photos/{id}", ticket.GetProperty("status_url").GetString());
        var headers = ticket.GetProperty("headers");
        Assert.Equal("2048", headers.GetProperty("Content-Length").GetString());
        Assert.Equal("image/jpeg", headers.GetProperty("Content-Type").GetString());
        Assert.Equal("*", headers.GetProperty("If-None-Match").GetString());
        var sha256 = headers.GetProperty("x-amz-checksum-sha256").GetString();
        Assert.Equal(Convert.ToBase64String(SHA256.HashData(bytes)), sha256);
        Assert.Contains(
            "X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match%3Bx-amz-checksum-sha256",
            ticket.GetProperty("upload_url").GetString());
    }

    [Theory]
    [InlineData("plain.jpg")]
    [InlineData("a folder/ä+b (1).jpg")]
    public void A_ticket_is_signed_as_the_SDK_signs_it(string key)
    {
        using var s3 = cloud.S3();
        var request = new GetPreSignedUrlRequest
        {
            BucketName = cloud.Bucket,
            Key = key,
            Verb = HttpVerb.PUT,
            Protocol = Protocol.HTTP,
            ContentType = "image/jpeg",
        };
        request.Headers["Content-Length"] = "2048";
        request.Headers["If-None-Match"] = "*";
        var theirs = SdkPresign.Query(s3, request, TimeSpan.FromMinutes(15));
        var time = DateTimeOffset.ParseExact(
            theirs["X-Amz-Date"].ToString(),
            "yyyyMMdd'T'HHmmss'Z'",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal);

        var ours = QueryHelpers.ParseQuery(new Uri(Signer(time).Sign(key, Request).Url).Query);

        Assert.Equal(theirs.OrderBy(p => p.Key), ours.OrderBy(p => p.Key));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(+1)]
    public async Task The_store_refuses_another_length(int more)
    {
        var (ticket, bytes) = await NewTicketAsync();
        Assert.Equal(HttpStatusCode.Forbidden, await ApiClient.PutAsync(ticket, new byte[bytes.Length + more]));
    }

    [Fact]
    public async Task The_store_refuses_another_type()
    {
        var (ticket, bytes) = await NewTicketAsync();
        var status = await ApiClient.PutAsync(ticket, bytes,
            request => request.Content!.Headers.ContentType = new MediaTypeHeaderValue("image/png"));
        Assert.Equal(HttpStatusCode.Forbidden, status);
    }

    [Fact]
    public async Task The_store_refuses_another_key()
    {
        var (ticket, bytes) = await NewTicketAsync();
        var status = await ApiClient.PutAsync(ticket, bytes, request =>
        {
            var url = request.RequestUri!.OriginalString;
            request.RequestUri = new Uri(url.Replace(".jpg?", ".png?", StringComparison.Ordinal));
        });
        Assert.Equal(HttpStatusCode.Forbidden, status);
    }

    [Fact]
    public async Task The_store_refuses_a_PUT_that_may_overwrite()
    {
        var (ticket, bytes) = await NewTicketAsync();
        var status = await ApiClient.PutAsync(ticket, bytes, request => request.Headers.Remove("If-None-Match"));
        Assert.Equal(HttpStatusCode.Forbidden, status);
    }

    [Fact]
    public async Task The_store_refuses_a_second_upload()
    {
        var (ticket, bytes) = await NewTicketAsync();
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await ApiClient.PutAsync(ticket, bytes));
    }

    [Fact]
    public async Task The_store_refuses_other_bytes_than_the_SHA_256_says()
    {
        using var client = await cloud.NewOrganizationAsync();
        var bytes = new byte[2048];
        var ticket = await client.NewTicketAsync(
            await client.NewProjectAsync(), bytes, sha256: Convert.ToHexString(SHA256.HashData(bytes)));

        Assert.Equal(HttpStatusCode.BadRequest, await ApiClient.PutAsync(ticket, [.. bytes[1..], 1]));
        Assert.Equal(HttpStatusCode.OK, await ApiClient.PutAsync(ticket, bytes));
    }

    [Theory]
    [InlineData(14, HttpStatusCode.OK)]
    [InlineData(16, HttpStatusCode.Forbidden)]
    public async Task A_ticket_is_good_for_15_minutes(int minutesAgo, HttpStatusCode expected)
    {
        var signer = Signer(DateTimeOffset.UtcNow.AddMinutes(-minutesAgo));
        var ticket = signer.Sign($"expiry/{Guid.NewGuid()}.jpg", Request);

        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, ticket.Url);
        request.Content = new ByteArrayContent(new byte[2048]);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    private static UploadRequest Request { get; } =
        new(Guid.Empty, "a.jpg", 2048, "image/jpeg", null, [], "normal", null);

    private TicketSigner Signer(DateTimeOffset time) => new(new Presigner(
        AwsEnvironment.Read(cloud.Settings("UploadUrlFunction").GetValueOrDefault), cloud.Bucket, new FixedTime(time)));

    private async Task<(JsonElement Ticket, byte[] Bytes)> NewTicketAsync()
    {
        using var client = await cloud.NewOrganizationAsync();
        var bytes = new byte[2048];
        return (await client.NewTicketAsync(await client.NewProjectAsync(), bytes), bytes);
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
