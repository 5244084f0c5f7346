using System.Text.Json;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>200 with a page of photos.</summary>
/// <param name="items">One more than <paramref name="limit"/> when there is another page.</param>
internal sealed class PhotoPageResult(IReadOnlyList<ListedPhoto> items, int limit, CursorSeal seal) : IResult
{
    public static readonly NamedSchema Shape = new("PhotoPage", components => Schema.Object(
        ("items", Schema.Array(components.Refer(PhotoJson.Shape))),
        ("next_cursor", Schema.Nullable(Schema.Text("For the next page; null on the last")))));

    // A function answers with 6 MB at most, and text grows when it is put into the event's JSON. Photos with many
    // detections come in shorter pages.
    private const int MostBytes = 3_000_000;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        var links = httpContext.RequestServices.GetRequiredService<PhotoLinks>();
        await using var json = new Utf8JsonWriter(httpContext.Response.BodyWriter, JsonText.Options);
        json.WriteStartObject();
        json.WriteStartArray("items");
        var written = 0;
        while (written < Math.Min(items.Count, limit) && json.BytesCommitted + json.BytesPending < MostBytes)
        {
            PhotoJson.Write(json, items[written].Photo, links);
            written++;
        }

        json.WriteEndArray();
        json.WriteString("next_cursor", written < items.Count ? seal.Seal(items[written - 1].Position) : null);
        json.WriteEndObject();
    }
}
