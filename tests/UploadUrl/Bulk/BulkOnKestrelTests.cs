using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using static PhotoLambda.Tests.BulkRequests;

namespace PhotoLambda.Tests;

/// <summary>The one route that takes more than Kestrel takes for the others.</summary>
public class BulkOnKestrelTests(KestrelApi api) : IClassFixture<KestrelApi>
{
    [Fact]
    public async Task A_request_of_two_megabytes_is_accepted()
    {
        var photos = Descriptors(Guid.NewGuid().ToString(), 100);
        Array.ForEach(photos, p => p["exif_data"] = new JsonObject { ["a"] = new string('a', 20_000) });

        var (status, answer) = await PostAsync(Body(photos));

        Assert.Equal((HttpStatusCode.Accepted, 100), (status, answer.GetProperty("total").GetInt32()));
    }

    [Fact]
    public async Task A_request_of_more_than_four_megabytes_is_413()
    {
        var (status, answer) = await PostAsync(new string(' ', (4 * 1024 * 1024) + 1));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("4194304", answer.GetProperty("detail").GetString());
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, Route) { Content = content };
        // Without it a server that refuses to read may hang up before all is sent.
        request.Headers.ExpectContinue = true;
        using var response = await api.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonDocument.Parse(text).RootElement);
    }
}
