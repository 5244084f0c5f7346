using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using PhotoLambda.Aws;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.Tests;

/// <summary>What a ticket allows, the store takes; everything else it refuses by itself.</summary>
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
        Assert.Matches($"^s3://[a-z0-9-]+/{project}/\\d{{4}}/\\d\\d/\\d\\d/{id}\\.jpg$", ticket.GetProperty("s3_url").GetString());
        Assert.EndsWith($"/api/v1/photos/{id}", ticket.GetProperty("status_url").GetString());
        var headers = ticket.GetProperty("headers");
        Assert.Equal("2048", headers.GetProperty("Content-Length").GetString());
        Assert.Equal("image/jpeg", headers.GetProperty("Content-Type").GetString());
        Assert.Equal("*", headers.GetProperty("If-None-Match").GetString());
        Assert.Equal(Convert.ToBase64String(SHA256.HashData(bytes)), headers.GetProperty("x-amz-checksum-sha256").GetString());
        Assert.Contains(
            "X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match%3Bx-amz-checksum-sha256",
            ticket.GetProperty("upload_url").GetString());
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
            request.RequestUri = new Uri(request.RequestUri!.OriginalString.Replace(".jpg?", ".png?", StringComparison.Ordinal)));
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
        var settings = cloud.Settings("UploadUrlFunction");
        var signer = new TicketSigner(
            AwsEnvironment.Read(settings.GetValueOrDefault), settings["PHOTOLAMBDA_ORIGINALS_BUCKET"]!,
            new FixedTime(DateTimeOffset.UtcNow.AddMinutes(-minutesAgo)));
        var bytes = new byte[2048];
        var ticket = signer.Sign($"expiry/{Guid.NewGuid()}.jpg",
            new UploadRequest(Guid.Empty, "a.jpg", bytes.Length, "image/jpeg", null, [], "normal", null));

        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, ticket.Url) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    private async Task<(System.Text.Json.JsonElement Ticket, byte[] Bytes)> NewTicketAsync()
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
