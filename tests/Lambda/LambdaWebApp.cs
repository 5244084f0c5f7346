using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PhotoLambda.Lambda;

namespace PhotoLambda.Tests;

/// <summary>An ASP.NET Core application that gets its requests from a fake Runtime API.</summary>
internal sealed class LambdaWebApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private LambdaWebApp(FakeRuntimeApi api, WebApplication app, HttpClient client)
    {
        Api = api;
        _app = app;
        _client = client;
    }

    public FakeRuntimeApi Api { get; }

    /// <summary>An application that does the same for every request.</summary>
    public static Task<LambdaWebApp> RunAsync(RequestDelegate handler) => StartAsync(web => web.Run(handler));

    /// <summary>An application that answers every request with a text.</summary>
    public static Task<LambdaWebApp> TellAsync(Func<HttpContext, string> tell) =>
        RunAsync(http => http.Response.WriteAsync(tell(http)));

    public static async Task<LambdaWebApp> StartAsync(
        Action<WebApplication> map, LambdaEventSource source = LambdaEventSource.HttpApi)
    {
        var api = await FakeRuntimeApi.StartAsync();
        var client = api.NewClient();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(client).AddAWSLambdaHosting(source);
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return new LambdaWebApp(api, app, client);
    }

    public async Task<LambdaHttpAnswer> SendAsync(object request, params (string Name, string Value)[] headers)
    {
        var answer = await Api.InvokeAsync(request as string ?? JsonSerializer.Serialize(request), headers);
        Assert.True(answer.Kind == "response", answer.Text);
        return new LambdaHttpAnswer(answer.Json);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
        await Api.DisposeAsync();
    }
}

internal sealed record LambdaHttpAnswer(JsonElement Json)
{
    public int Status => Json.GetProperty("statusCode").GetInt32();

    public bool IsBase64 => Json.GetProperty("isBase64Encoded").GetBoolean();

    public string Body => Json.GetProperty("body").GetString()!;

    public JsonElement Problem
    {
        get
        {
            Assert.Equal("application/problem+json", Header("Content-Type"));
            return JsonSerializer.Deserialize<JsonElement>(Body);
        }
    }

    public string? Header(string name) =>
        Json.GetProperty("headers").TryGetProperty(name, out var value) ? value.GetString() : null;

    public string[] Items(string name) =>
        [.. Json.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];
}
