using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace PhotoLambda.Tests;

/// <summary>The store of the local cloud, but for writes that go to one place.</summary>
internal static class ForwardingStore
{
    private static readonly HttpClient Http = new();

    /// <param name="refused">A part of the paths that nothing can be put to.</param>
    public static Task<BrokenStore> StartAsync(CloudFixture cloud, string refused) =>
        BrokenStore.StartAsync(http => AnswerAsync(http, cloud.Cloud.Cloud, refused));

    /// <param name="before">Is done before each request goes on.</param>
    public static Task<BrokenStore> StartAsync(CloudFixture cloud, Func<HttpContext, Task> before) =>
        StartAsync(cloud, async (http, goOn) =>
        {
            await before(http);
            await goOn();
        });

    /// <param name="around">Is done for each request, which goes on when it says so.</param>
    public static Task<BrokenStore> StartAsync(CloudFixture cloud, Func<HttpContext, Func<Task>, Task> around) =>
        BrokenStore.StartAsync(http => around(http, () => AnswerAsync(http, cloud.Cloud.Cloud, refused: "?nothing")));

    private static async Task AnswerAsync(HttpContext http, Uri store, string refused)
    {
        if (http.Request.Method == "PUT" && http.Request.GetEncodedUrl().Contains(refused, StringComparison.Ordinal))
        {
            http.Response.StatusCode = 503;
            return;
        }

        using var request = new HttpRequestMessage(
            new HttpMethod(http.Request.Method), new Uri(store, http.Request.GetEncodedPathAndQuery()));
        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        request.Content = http.Request.ContentLength is not null ? new ByteArrayContent(body.ToArray()) : null;
        foreach (var (name, value) in http.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value.ToArray());
            }
        }

        using var answer = await Http.SendAsync(request);
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            http.Response.Headers[name] = values.ToArray();
        }

        http.Response.Headers.Remove("Transfer-Encoding");
        if (http.Request.Method != "HEAD")
        {
            await answer.Content.CopyToAsync(http.Response.Body);
        }
    }
}
