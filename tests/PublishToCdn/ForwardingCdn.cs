using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Tests;

/// <summary>Stands in front of the upload API of a stage's ImageKit.</summary>
internal static class ForwardingCdn
{
    private static readonly HttpClient Http = new();

    /// <param name="hook">Called before an upload goes on, and with true before its answer goes back.</param>
    public static Task<BrokenStore> StartAsync(CdnStage stage, Func<HttpContext, bool, Task> hook) =>
        BrokenStore.StartAsync(async http =>
        {
            var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            await hook(http, false);
            using var request = new HttpRequestMessage(HttpMethod.Post, stage.Upload)
            {
                Content = new ByteArrayContent(body.ToArray()),
            };
            request.Headers.TryAddWithoutValidation("Authorization", (string?)http.Request.Headers.Authorization);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", http.Request.ContentType);
            using var answer = await Http.SendAsync(request);
            await hook(http, true);
            http.Response.StatusCode = (int)answer.StatusCode;
            http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await answer.Content.CopyToAsync(http.Response.Body);
        });
}
