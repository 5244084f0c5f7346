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
        BrokenStore.StartAsync(async http =>
        {
            await before(http);
            await AnswerAsync(http, cloud.Cloud.Cloud, refused: "?nothing");
        });

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
        request.Content = body.Length > 0 ? new ByteArrayContent(body.ToArray()) : null;
        foreach (var (name, value) in http.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value.ToArray());
            }
        }

        using var answer = await Http.SendAsync(request);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.Headers.ETag = answer.Headers.ETag?.ToString();
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        http.Response.ContentLength = answer.Content.Headers.ContentLength;
        if (http.Request.Method != "HEAD")
        {
            await answer.Content.CopyToAsync(http.Response.Body);
        }
    }
}
