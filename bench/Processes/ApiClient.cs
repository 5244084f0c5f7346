using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace PhotoLambda.Bench;

/// <summary>A client that uploads to one project of its own.</summary>
internal sealed class ApiClient : IDisposable
{
    private const string Scope = "photos:read photos:write projects:write";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly HttpClient _store = new();
    private string _project = "";

    private ApiClient(Uri api) => _http = new HttpClient { BaseAddress = api };

    public static async Task<ApiClient> SignInAsync(Uri api, CancellationToken cancellation)
    {
        var client = new ApiClient(api);
        var token = await client._http.GetFromJsonAsync<JsonElement>(
            $"/_local/token?sub=bench&org=bench&scope={Uri.EscapeDataString(Scope)}", cancellation);
        client._http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", token.GetProperty("access_token").GetString());
        var project = await client.PostAsync(
            "/api/v1/projects", new { name = "Bench", policy = new { upload_urls_per_minute = 100_000 } }, cancellation);
        client._project = project.GetProperty("id").GetString()!;
        return client;
    }

    /// <returns>What the API answers: photo id, URL and the headers to send there.</returns>
    public Task<JsonElement> NewTicketAsync(byte[] photo, CancellationToken cancellation) => PostAsync(
        "/api/v1/photos/upload-url",
        new { project_id = _project, file_name = "photo.jpg", file_size = photo.Length, mime_type = "image/jpeg" },
        cancellation);

    /// <returns>When the store has answered.</returns>
    public async Task PutAsync(JsonElement ticket, byte[] photo, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, ticket.GetProperty("upload_url").GetString());
        request.Content = new ByteArrayContent(photo);
        foreach (var header in ticket.GetProperty("headers").EnumerateObject())
        {
            if (!request.Headers.TryAddWithoutValidation(header.Name, header.Value.GetString()))
            {
                request.Content.Headers.Remove(header.Name);
                request.Content.Headers.TryAddWithoutValidation(header.Name, header.Value.GetString());
            }
        }

        using var response = await _store.SendAsync(request, cancellation);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Uploads a photo and waits until its job is queued.</summary>
    /// <exception cref="BenchException">That did not happen.</exception>
    public async Task UploadAsync(byte[] photo, CancellationToken cancellation)
    {
        var ticket = await NewTicketAsync(photo, cancellation);
        await PutAsync(ticket, photo, cancellation);
        var path = $"/api/v1/photos/{ticket.GetProperty("photo_id").GetString()}";
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; await Task.Delay(20, cancellation))
        {
            var row = await _http.GetFromJsonAsync<JsonElement>(path, cancellation);
            switch (row.GetProperty("status").GetString())
            {
                case "processing":
                    return;
                case "failed":
                    throw new BenchException($"An upload failed: {row.GetProperty("failure_reason").GetString()}");
            }
        }

        throw new BenchException($"An upload was not processed within {Patience.TotalSeconds} s.");
    }

    /// <summary>Registers objects in bulk, a thousand in a request, and waits until all rows are there.</summary>
    /// <exception cref="BenchException">That did not happen.</exception>
    public async Task RegisterAsync(int thousands, CancellationToken cancellation)
    {
        var batches = new List<string>();
        for (var i = 0; i < thousands; i++)
        {
            var photos = Enumerable.Range(0, 1000).Select(_ => new
            {
                project_id = _project,
                s3_key = $"{_project}/2026/11/21/{Guid.CreateVersion7()}.jpg",
                mime_type = "image/jpeg",
                file_size = 3_000_000,
                width = 6000,
                height = 4000,
                exif_data = new { camera_make = "Canon", camera_model = "EOS R5", iso = 200, orientation = 1 },
            });
            var batch = await PostAsync("/api/v1/photos/bulk", new { inspect = false, photos }, cancellation);
            batches.Add(batch.GetProperty("batch_id").GetString()!);
        }

        foreach (var batch in batches)
        {
            for (var clock = Stopwatch.StartNew(); !await IsStoredAsync(batch, cancellation);)
            {
                if (clock.Elapsed > Patience)
                {
                    throw new BenchException($"A batch was not stored within {Patience.TotalSeconds} s.");
                }

                await Task.Delay(50, cancellation);
            }
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _store.Dispose();
    }

    private async Task<bool> IsStoredAsync(string batch, CancellationToken cancellation)
    {
        var told = await _http.GetFromJsonAsync<JsonElement>($"/api/v1/bulk/{batch}", cancellation);
        return told.GetProperty("stored").GetInt32() == 1000;
    }

    private async Task<JsonElement> PostAsync<T>(string path, T body, CancellationToken cancellation)
    {
        using var response = await _http.PostAsJsonAsync(path, body, cancellation);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
    }
}
