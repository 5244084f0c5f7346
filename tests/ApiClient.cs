using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>A client of the HTTP API as one user of one organization.</summary>
public sealed class ApiClient(Uri api, string organization) : IDisposable
{
    private readonly HttpClient _http = new(new ApiContract()) { BaseAddress = api };

    public string Organization => organization;

    public HttpClient Http => _http;

    public async Task SignInAsync(string scope, string subject = "ada")
    {
        var answer = await _http.GetFromJsonAsync<JsonElement>(
            $"/_local/token?sub={subject}&org={organization}&scope={Uri.EscapeDataString(scope)}");
        _http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", answer.GetProperty("access_token").GetString());
    }

    public async Task<string> NewProjectAsync(string name = "Harbour")
    {
        var (status, project) = await SendAsync(HttpMethod.Post, "/api/v1/projects", new { name });
        Assert.Equal(HttpStatusCode.Created, status);
        return project.GetProperty("id").GetString()!;
    }

    public Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(
        HttpMethod method, string path, object? body = null) =>
        SendAsync(method, path, body is null ? null : JsonContent.Create(body));

    public Task<(HttpStatusCode Status, JsonElement Body)> SendJsonAsync(HttpMethod method, string path, string json) =>
        SendAsync(method, path, new StringContent(json, Encoding.UTF8, "application/json"));

    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(
        HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.StartsWith('{') ? JsonDocument.Parse(text).RootElement : default);
    }

    /// <summary>A ticket for these bytes.</summary>
    public async Task<JsonElement> NewTicketAsync(
        string project, byte[] bytes, string type = "image/jpeg", string? sha256 = null)
    {
        var (status, ticket) = await SendAsync(HttpMethod.Post, "/api/v1/photos/upload-url",
            new { project_id = project, file_name = "photo.jpg", file_size = bytes.Length, mime_type = type, sha256 });
        Assert.Equal(HttpStatusCode.OK, status);
        return ticket;
    }

    /// <summary>PUTs as the ticket says, with changes of the test's choice.</summary>
    public static async Task<HttpStatusCode> PutAsync(
        JsonElement ticket, byte[] bytes, Action<HttpRequestMessage>? change = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, ticket.GetProperty("upload_url").GetString());
        request.Content = new ByteArrayContent(bytes);
        foreach (var header in ticket.GetProperty("headers").EnumerateObject())
        {
            var value = header.Value.GetString()!;
            if (header.NameEquals("Content-Type"))
            {
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            }
            else if (header.NameEquals("Content-Length"))
            {
                Assert.True(long.Parse(value, CultureInfo.InvariantCulture) > 0);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(header.Name, value);
            }
        }

        change?.Invoke(request);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    /// <summary>Asks for the photo until its status is this one.</summary>
    public async Task<JsonElement> UntilAsync(JsonElement ticket, params string[] statuses)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var id = ticket.GetProperty("photo_id").GetString();
        while (true)
        {
            var (_, photo) = await SendAsync(HttpMethod.Get, $"/api/v1/photos/{id}");
            if (statuses.Contains(photo.GetProperty("status").GetString()))
            {
                return photo;
            }

            // Polling is what a client does; the server decides when there is something to see.
            await Task.Delay(20, limit.Token);
        }
    }

    public void Dispose() => _http.Dispose();
}
