using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static PhotoLambda.Tests.LambdaHttpEvents;

namespace PhotoLambda.Tests;

public class LambdaHttpBodyTests
{
    [Fact]
    public async Task Json_written_and_read_by_aspnet_goes_through()
    {
        await using var app = await LambdaWebApp.StartAsync(web => web.MapPost("/", async (HttpContext http) =>
        {
            var input = await http.Request.ReadFromJsonAsync<JsonElement>();
            await http.Response.WriteAsJsonAsync(input);
        }));
        var request = Two("POST", "/", body: """{"name":"é","items":[1,2]}""");
        ((Dictionary<string, string>)request["headers"]!)["content-type"] = "application/json";

        var answer = await app.SendAsync(request);

        Assert.Equal("application/json; charset=utf-8", answer.Header("Content-Type"));
        Assert.Equal("é", JsonSerializer.Deserialize<JsonElement>(answer.Body).GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_body_may_come_from_a_file_a_pipe_or_a_buffer()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllTextAsync(file, "0123456789", TestContext.Current.CancellationToken);
        await using var app = await LambdaWebApp.RunAsync(async http =>
        {
            await http.Response.SendFileAsync(file, 2, 3);
            http.Response.BodyWriter.Write("|pipe|"u8);
            await http.Response.BodyWriter.FlushAsync();
            await http.Response.Body.WriteAsync("stream"u8.ToArray());
            await http.Response.CompleteAsync();
        });

        Assert.Equal("234|pipe|stream", (await app.SendAsync(Two("GET", "/"))).Body);
        File.Delete(file);
    }

    [Fact]
    public async Task Callbacks_run_around_the_response_as_with_kestrel()
    {
        var order = new List<string>();
        await using var app = await LambdaWebApp.RunAsync(async http =>
        {
            http.Response.OnCompleted(() => Note("completed"));
            http.Response.OnStarting(() => Note("first"));
            http.Response.OnStarting(() =>
            {
                http.Response.Headers["X-Late"] = "yes";
                return Note("second");
            });
            Assert.False(http.Response.HasStarted);
            await http.Response.WriteAsync("x");
            Assert.True(http.Response.HasStarted);
            Assert.Throws<InvalidOperationException>(() => http.Response.OnStarting(() => Task.CompletedTask));
            Assert.Throws<InvalidOperationException>(() => http.Response.StatusCode = 404);
            Assert.Throws<InvalidOperationException>(() => http.Response.Headers["X-Later"] = "no");
        });

        var answer = await app.SendAsync(Two("GET", "/"));

        Assert.Equal((200, "yes"), (answer.Status, answer.Header("X-Late")));
        Assert.Equal(["second", "first", "completed"], order);

        Task Note(string what)
        {
            order.Add(what);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_middleware_may_replace_the_body_stream()
    {
        await using var app = await LambdaWebApp.StartAsync(web =>
        {
            web.Use(async (http, next) =>
            {
                var original = http.Response.Body;
                using var copy = new MemoryStream();
                http.Response.Body = copy;
                await next(http);
                http.Response.Body = original;
                var text = Encoding.UTF8.GetString(copy.ToArray());
                await original.WriteAsync(Encoding.UTF8.GetBytes(text.ToUpperInvariant()));
            });
            web.Run(http => http.Response.WriteAsync("loud"));
        });

        Assert.Equal("LOUD", (await app.SendAsync(Two("GET", "/"))).Body);
    }
}
