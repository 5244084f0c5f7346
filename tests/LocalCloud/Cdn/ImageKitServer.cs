using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Local;
using PhotoLambda.Local.Cdn;

namespace PhotoLambda.Tests;

/// <summary>The local ImageKit behind a real listener, and beside it a place that files are fetched from.</summary>
internal sealed class ImageKitServer : IAsyncDisposable
{
    public static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private readonly Listener _listener;
    private readonly string _folder;
    private readonly bool _ownsFolder;
    private ImageKitEndpoint _imageKit;

    private ImageKitServer(Listener listener, string folder, bool ownsFolder)
    {
        (_listener, _folder, _ownsFolder) = (listener, folder, ownsFolder);
        _imageKit = Open();
        listener.Serve(HandleAsync);
        Http = new HttpClient { BaseAddress = new Uri(listener.Address, ImageKitEndpoint.Prefix) };
        Http.DefaultRequestHeaders.Authorization = Basic(ImageKitKey.Private + ":");
    }

    public string Folder => _folder;

    public HttpClient Http { get; }

    /// <summary>Answers <c>/origin</c>, where an upload's URL may lead.</summary>
    public RequestDelegate Origin { get; set; } = http => http.Response.Body.WriteAsync(Png).AsTask();

    public string OriginUrl => new Uri(_listener.Address, "/origin").AbsoluteUri;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<ImageKitServer> StartAsync(string? folder = null) => new(
        await Listener.StartAsync(0, "--port", Stop),
        folder ?? TemporaryFolder.New(), folder is null);

    public static AuthenticationHeaderValue Basic(string user) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));

    /// <summary>As after a kill: from what is on disk.</summary>
    public void Restart()
    {
        _imageKit.Dispose();
        _imageKit = Open();
    }

    public Task<ImageKitReply> UploadAsync(params (string Name, string Value)[] fields) =>
        UploadAsync(Png, fields);

    /// <param name="file">Bytes, a text such as a URL, or null: no such field.</param>
    public async Task<ImageKitReply> UploadAsync(object? file, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        if (file is byte[] bytes)
        {
            form.Add(new ByteArrayContent(bytes), "file", "any");
        }
        else if (file is string text)
        {
            form.Add(new StringContent(text), "file");
        }

        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        return await SendAsync("POST", "api/v1/files/upload", form);
    }

    /// <summary>Under just this name, replacing what is there.</summary>
    public Task<ImageKitReply> PutAsync(string name, byte[]? file = null) =>
        UploadAsync(file ?? Png, ("fileName", name), ("useUniqueFileName", "false"), ("folder", "/f"));

    public async Task<ImageKitReply> SendAsync(string method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path) { Content = content };
        using var answer = await Http.SendAsync(request, Stop);
        return new ImageKitReply(
            (int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop), answer.Headers);
    }

    public Task<ImageKitReply> SendJsonAsync(string method, string path, string json) =>
        SendAsync(method, path, new StringContent(json, Encoding.UTF8, "application/json"));

    public async Task<JsonElement> StateAsync() => (await SendAsync("GET", "state")).Json;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _listener.DisposeAsync();
        _imageKit.Dispose();
        if (_ownsFolder)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private ImageKitEndpoint Open() =>
        new(_folder, _listener.Address, TimeProvider.System, TimeSpan.FromMilliseconds(500));

    private Task HandleAsync(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/origin", StringComparison.Ordinal)
            ? Origin(http)
            : _imageKit.HandleAsync(http);
}

internal sealed record ImageKitReply(int Status, string Body, HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public string? this[string member] => Json.GetProperty(member).ToString();

    /// <summary>Asserts that it is ImageKit's form of a refusal, and that the message has this.</summary>
    public void IsRefused(int status, string message)
    {
        Assert.True(status == Status, $"{Status} {Body}");
        Assert.Contains(message, this["message"], StringComparison.Ordinal);
        Assert.NotEmpty(this["help"]!);
    }
}
