using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.Cdn;

/// <summary><c>GET /_local/imagekit/state</c>: the files, and what callers were answered.</summary>
internal sealed class ImageKitState(
    MediaLibrary library, PublicUrls urls, ImageKitPurges purges, AnswerCounts counts, FaultsEndpoint faults)
{
    public async Task HandleAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        WriteFiles(json);
        counts.Write(json);
        WritePurges(json);
        json.WriteStartObject("faults");
        faults.Write(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteFiles(Utf8JsonWriter json)
    {
        json.WriteStartArray("files");
        foreach (var file in library.Files)
        {
            json.WriteStartObject();
            file.Write(json, urls.Of(file));
            json.WriteNumber("uploads", file.Uploads);
            json.WriteString("transformation", file.Transformation);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WritePurges(Utf8JsonWriter json)
    {
        json.WriteStartArray("purges");
        foreach (var (url, times) in purges.All)
        {
            json.WriteStartObject();
            json.WriteString("url", url);
            json.WriteNumber("times", times);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
