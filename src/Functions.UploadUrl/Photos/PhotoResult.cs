using System.Text.Json;
using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>200 with one photo.</summary>
internal sealed class PhotoResult(Photo photo) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(httpContext.Response.BodyWriter, JsonText.Options);
        PhotoJson.Write(json, photo, httpContext.RequestServices.GetRequiredService<PhotoLinks>());
    }
}
