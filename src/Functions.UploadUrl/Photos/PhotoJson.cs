using System.Text.Json;
using System.Text.Json.Nodes;
using PhotoLambda.Photos;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>Writes a photo in the API's form, with its stored JSON embedded and not parsed again.</summary>
internal static class PhotoJson
{
    public static readonly NamedSchema Shape = new("Photo", _ => Schema.Object(
        ("id", Schema.Uuid()),
        ("project_id", Schema.Uuid()),
        ("s3_url", Schema.Text("s3://bucket/key")),
        ("url", Schema.Nullable(Schema.Url(
            "The picture, for a day: at the CDN, or from the store while it is not there; null where there is none"))),
        ("cdn_url", Schema.Nullable(Schema.Url("Where the CDN has it; that of a private distribution is not signed"))),
        ("cdn_error", Schema.Nullable(Schema.Text("Why the CDN does not have it"))),
        ("thumbnails", Schema.Array(Thumbnail(), description: "Smallest first")),
        ("kind", Schema.Choice(PhotoFilter.Kinds)),
        ("status", Schema.Choice(PhotoStatus.All)),
        ("failure_reason", Schema.Nullable(Schema.Text("A code, a colon and a sentence"))),
        ("file_name", Schema.Text()),
        ("mime_type", Schema.Text("Declared; once uploaded, that of the content")),
        ("file_size", Schema.Nullable(Schema.Integer(
            "Bytes: declared, or null if it was not; once uploaded, of the object"))),
        ("sha256", Schema.Nullable(Schema.Text("64 hexadecimal digits"))),
        ("width", Schema.Nullable(Schema.Integer("Pixels as stored"))),
        ("height", Schema.Nullable(Schema.Integer("Pixels as stored"))),
        ("display_width", Schema.Nullable(Schema.Integer("Pixels after orientation"))),
        ("display_height", Schema.Nullable(Schema.Integer("Pixels after orientation"))),
        ("duration_ms", Schema.Nullable(Schema.Integer("Of a sound"))),
        ("bitrate_bps", Schema.Nullable(Schema.Integer("Of a sound: bits per second, over the whole of it"))),
        ("sample_rate_hz", Schema.Nullable(Schema.Integer("Of a sound"))),
        ("channels", Schema.Nullable(Schema.Integer("Of a sound"))),
        ("transcript", Schema.Nullable(Schema.Text("Of a sound"))),
        ("duplicate_of", Schema.Nullable(Schema.Uuid("The organization's first photo of the same content"))),
        ("extractor_version", Schema.Nullable(Schema.Integer("Of the reader of the metadata"))),
        ("exif_data", Schema.Nullable(Schema.OfKind(
            JsonValueKind.Object, "The fields of docs/metadata.md, with gps_coordinates among them"))),
        ("metadata_errors", Schema.Array(Schema.OfKind(JsonValueKind.Object, "What could not be read"))),
        ("detections", Schema.Nullable(Schema.OfKind(JsonValueKind.Array, "Of the detector's own shape"))),
        ("detection_types", Schema.Array(Schema.Text())),
        ("uploaded_by_user_id", Schema.Nullable(Schema.Text())),
        ("session_id", Schema.Nullable(Schema.Text())),
        ("created_at", Schema.Instant()),
        ("uploaded_at", Schema.Nullable(Schema.Instant())),
        ("processing_at", Schema.Nullable(Schema.Instant())),
        ("completed_at", Schema.Nullable(Schema.Instant())),
        ("failed_at", Schema.Nullable(Schema.Instant()))));

    private static JsonObject Thumbnail() => Schema.Object(
        ("url", Schema.Url("Gives it to whoever has it, for a day")),
        ("width", Schema.Integer("Pixels")),
        ("height", Schema.Integer("Pixels")),
        ("mime_type", Schema.Choice(["image/jpeg", "image/webp"])));

    public static void Write(Utf8JsonWriter json, Photo photo, PhotoLinks links)
    {
        json.WriteStartObject();
        json.WriteString("id", photo.Id);
        json.WriteString("project_id", photo.ProjectId);
        json.WriteString("s3_url", photo.S3Url);
        json.WriteString("url", links.Of(photo));
        json.WriteString("cdn_url", photo.CdnUrl);
        json.WriteString("cdn_error", photo.CdnError);
        WriteThumbnails(json, photo, links);
        json.WriteString("kind", photo.Kind);
        json.WriteString("status", photo.Status);
        json.WriteString("failure_reason", photo.FailureReason);
        json.WriteString("file_name", photo.FileName);
        json.WriteString("mime_type", photo.MimeType);
        WriteNumber(json, "file_size", photo.FileSize);
        json.WriteString("sha256", photo.Sha256);
        WriteNumber(json, "width", photo.Width);
        WriteNumber(json, "height", photo.Height);
        WriteNumber(json, "display_width", photo.DisplayWidth);
        WriteNumber(json, "display_height", photo.DisplayHeight);
        WriteNumber(json, "duration_ms", photo.DurationMs);
        WriteNumber(json, "bitrate_bps", photo.BitrateBps);
        WriteNumber(json, "sample_rate_hz", photo.SampleRateHz);
        WriteNumber(json, "channels", photo.Channels);
        json.WriteString("transcript", photo.Transcript);
        json.WriteString("duplicate_of", photo.DuplicateOf?.ToString());
        WriteNumber(json, "extractor_version", photo.ExtractorVersion);
        WriteExif(json, photo);
        WriteStored(json, "metadata_errors", photo.MetadataErrors);
        WriteStored(json, "detections", photo.Detections);
        WriteTexts(json, "detection_types", photo.DetectionTypes);
        json.WriteString("uploaded_by_user_id", photo.UploadedByUserId);
        json.WriteString("session_id", photo.SessionId);
        WriteInstant(json, "created_at", photo.CreatedAt);
        WriteInstant(json, "uploaded_at", photo.UploadedAt);
        WriteInstant(json, "processing_at", photo.ProcessingAt);
        WriteInstant(json, "completed_at", photo.CompletedAt);
        WriteInstant(json, "failed_at", photo.FailedAt);
        json.WriteEndObject();
    }

    /// <summary>The coordinates have a column of their own and a place in <c>exif_data</c> for the reader.</summary>
    private static void WriteExif(Utf8JsonWriter json, Photo photo)
    {
        if (photo.ExifData is null && photo.GpsCoordinates is null)
        {
            json.WriteNull("exif_data");
            return;
        }

        json.WriteStartObject("exif_data");
        if (photo.ExifData is not null)
        {
            using var exif = JsonDocument.Parse(photo.ExifData);
            foreach (var member in exif.RootElement.EnumerateObject())
            {
                member.WriteTo(json);
            }
        }

        WriteStored(json, "gps_coordinates", photo.GpsCoordinates);
        json.WriteEndObject();
    }

    private static void WriteThumbnails(Utf8JsonWriter json, Photo photo, PhotoLinks links)
    {
        json.WriteStartArray("thumbnails");
        if (photo.Thumbnails is not null)
        {
            using var thumbnails = JsonDocument.Parse(photo.Thumbnails);
            foreach (var item in thumbnails.RootElement.EnumerateArray())
            {
                json.WriteStartObject();
                json.WriteString("url", links.OfDerived(photo, item.GetProperty("key").GetString()!));
                json.WriteNumber("width", item.GetProperty("width").GetInt32());
                json.WriteNumber("height", item.GetProperty("height").GetInt32());
                json.WriteString("mime_type", item.GetProperty("mime_type").GetString());
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is null)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteNumber(name, value.Value);
        }
    }

    private static void WriteInstant(Utf8JsonWriter json, string name, DateTime? value)
    {
        if (value is null)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, DateTime.SpecifyKind(value.Value, DateTimeKind.Utc));
        }
    }

    private static void WriteStored(Utf8JsonWriter json, string name, string? stored)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(stored ?? "null", skipInputValidation: true);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, string[] texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
