using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.Cdn;

/// <summary>The library's files as viewers get them, by their URLs and without a key.</summary>
internal sealed class ServedFiles(MediaLibrary library)
{
    public async Task ServeAsync(HttpContext http)
    {
        var path = http.Request.Path.Value![PublicUrls.Prefix.Length..];
        if (await library.ReadAsync(path, http.RequestAborted) is not var (file, bytes))
        {
            await ImageKitAnswer.Refusal(404, $"There is no file '{path}'.").SendAsync(http);
            return;
        }

        http.Response.ContentType = file.Mime;
        http.Response.ContentLength = file.Size;
        http.Response.Headers.ETag = $"\"{file.VersionId}\"";
        // Anyone may upload anything, and a page of this origin could ask for tokens.
        http.Response.Headers.XContentTypeOptions = "nosniff";
        if (HttpMethods.IsGet(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        }
    }
}
