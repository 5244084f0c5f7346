using System.Text.Json;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>Writes a photo in the API's form, with its stored JSON embedded and not parsed again.</summary>
internal static class PhotoJson
{
    public static void Write(Utf8JsonWriter json, Photo photo)
    {
        json.WriteStartObject();
        json.WriteString("id", photo.Id);
        json.WriteString("project_id", photo.ProjectId);
        json.WriteString("s3_url", photo.S3Url);
        json.WriteString("status", photo.Status);
        json.WriteString("failure_reason", photo.FailureReason);
        json.WriteString("file_name", photo.FileName);
        json.WriteString("mime_type", photo.MimeType);
        json.WriteNumber("file_size", photo.FileSize);
        json.WriteString("sha256", photo.Sha256);
        WriteNumber(json, "width", photo.Width);
        WriteNumber(json, "height", photo.Height);
        WriteNumber(json, "display_width", photo.DisplayWidth);
        WriteNumber(json, "display_height", photo.DisplayHeight);
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

    private static void WriteNumber(Utf8JsonWriter json, string name, int? value)
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
