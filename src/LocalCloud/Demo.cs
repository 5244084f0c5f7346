using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace PhotoLambda.Local;

/// <summary>Walks the example photo through, as a client would, and shows each request with its answer.</summary>
internal sealed class Demo(LocalCloud cloud, string photoPath, StepConsole console)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <exception cref="LocalCloudException">The photo did not arrive; the message says at which step.</exception>
    public async Task RunAsync(CancellationToken interrupted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        limit.CancelAfter(Patience);
        try
        {
            await WalkAsync(limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            throw new LocalCloudException($"The demo failed: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!interrupted.IsCancellationRequested)
        {
            throw new LocalCloudException(
                $"The demo did not end within {Patience.TotalSeconds} s; {cloud.Api}_local/state shows what waits.", e);
        }
    }

    private async Task WalkAsync(CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = cloud.Api };
        var bytes = await File.ReadAllBytesAsync(photoPath, cancellation);

        var token = await SendAsync(http, "1. A token", HttpMethod.Get, "/_local/token?org=demo", null, cancellation);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Text(token, "access_token"));
        var project = await SendAsync(
            http, "2. A project", HttpMethod.Post, "/api/v1/projects", """{"name":"Demo"}""", cancellation);
        var name = Path.GetFileName(photoPath);
        var file = $"\"file_name\":\"{name}\",\"file_size\":{bytes.Length},\"mime_type\":\"image/jpeg\"";
        var ticket = await SendAsync(
            http, "3. A ticket for this file", HttpMethod.Post, "/api/v1/photos/upload-url",
            $"{{\"project_id\":\"{Text(project, "id")}\",{file}}}", cancellation);
        await PutAsync(ticket, bytes, cancellation);
        var url = Text(ticket, "status_url");
        await UntilAsync(http, "5. The photo, read and on its way", url, "processing", cancellation);
        if (cloud.HasDetector)
        {
            await UntilAsync(http, "6. The photo, with what the detector found", url, "completed", cancellation);
        }
    }

    private async Task PutAsync(JsonElement ticket, byte[] bytes, CancellationToken cancellation)
    {
        console.WriteLine($"4. The upload\n   PUT {Shorten(Text(ticket, "upload_url"))}");
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, Text(ticket, "upload_url"));
        request.Content = new ByteArrayContent(bytes);
        foreach (var header in ticket.GetProperty("headers").EnumerateObject())
        {
            console.WriteLine($"   {header.Name}: {header.Value}");
            if (!request.Headers.TryAddWithoutValidation(header.Name, header.Value.GetString()))
            {
                request.Content.Headers.Remove(header.Name);
                request.Content.Headers.TryAddWithoutValidation(header.Name, header.Value.GetString());
            }
        }

        using var response = await http.SendAsync(request, cancellation);
        console.WriteLine($"   → {(int)response.StatusCode}\n");
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Asks again until the photo has come that far, or has failed.</summary>
    private async Task UntilAsync(
        HttpClient http, string title, string url, string status, CancellationToken cancellation)
    {
        while (true)
        {
            using var answer = await http.GetAsync(url, cancellation);
            answer.EnsureSuccessStatusCode();
            using var photo = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
            var now = Text(photo.RootElement, "status");
            if (now == status || now is "completed" or "failed")
            {
                Show(title, $"GET {url}", null, (int)answer.StatusCode, photo.RootElement);
                if (now == "failed")
                {
                    throw new LocalCloudException(
                        $"The demo failed: {Text(photo.RootElement, "failure_reason")}");
                }

                return;
            }

            await Task.Delay(50, cancellation);
        }
    }

    private async Task<JsonElement> SendAsync(
        HttpClient http, string title, HttpMethod method, string path, string? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request, cancellation);
        var text = await response.Content.ReadAsByteArrayAsync(cancellation);
        using var document = JsonDocument.Parse(text);
        var answer = document.RootElement.Clone();
        Show(title, $"{method} {path}", body, (int)response.StatusCode, answer);
        response.EnsureSuccessStatusCode();
        return answer;
    }

    private void Show(string title, string request, string? body, int status, JsonElement answer)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions
        {
            Indented = true,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }))
        {
            answer.WriteTo(json);
        }

        var lines = Encoding.UTF8.GetString(buffer.ToArray()).Split('\n').Select(line => $"   {Shorten(line)}");
        var sent = body is null ? request : $"{request}\n   {body}";
        console.WriteLine($"{title}\n   {sent}\n   → {status}\n{string.Join('\n', lines)}\n");
    }

    // Tokens and signed URLs are longer than a screen is wide.
    private static string Shorten(string line) => line.Length <= 130 ? line : $"{line.AsSpan(0, 126)} …";

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
