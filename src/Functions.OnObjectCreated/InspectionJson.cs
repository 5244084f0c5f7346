using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using PhotoLambda.Metadata;
using PhotoLambda.OnObjectCreated.Pictures;
using PhotoLambda.Photos;

namespace PhotoLambda.OnObjectCreated;

/// <summary>Inspections as PostgreSQL reads them, an object for each, with the names of the columns.</summary>
internal static class InspectionJson
{
    public static string Adopted(IEnumerable<Inspection> inspections) => Array(inspections, (json, inspection) =>
    {
        var photo = inspection.Photo;
        json.WriteString("id", photo.Id);
        json.WriteString("organization_id", photo.OrganizationId);
        json.WriteString("project_id", photo.ProjectId);
        json.WriteString("kind", Kind(inspection));
        json.WriteString("file_name", FileNames.OfKey(photo.Key));
        json.WriteString("s3_bucket", photo.Bucket);
        json.WriteString("s3_key", photo.Key);
        json.WriteString("content_type", inspection.Metadata.Type.Mime() ?? "application/octet-stream");
    });

    public static string Inspected(IEnumerable<Inspection> inspections) => Array(inspections, (json, inspection) =>
    {
        WriteState(json, inspection);
        WriteObject(json, inspection);
        WriteMetadata(json, inspection.Metadata);
        if (inspection.AllTags is not null)
        {
            json.WritePropertyName("tags");
            json.WriteRawValue(inspection.AllTags, skipInputValidation: true);
        }

        var job = Job(inspection);
        json.WriteString("job_id", job.Id);
        json.WritePropertyName("message");
        json.WriteRawValue(job.Message(), skipInputValidation: true);
    });

    /// <returns>Null where a look found the version that is known, and which was taken as what it should be.</returns>
    private static string? Status(Inspection inspection)
    {
        var state = inspection.Photo.State;
        var isJudged = inspection.Sequencer is not null
            || state.ETag != inspection.Version.ETag
            || state.Status == PhotoStatus.PendingUpload
            || (state.Status == PhotoStatus.Failed && state.FailedBy == "inspection");
        return !isJudged ? null : inspection.FailureReason is null ? PhotoStatus.Uploaded : PhotoStatus.Failed;
    }

    // The same version of the object has the same job, however often and by whatever way it was heard of.
    private static DetectionJob Job(Inspection inspection)
    {
        var photo = inspection.Photo;
        var version = inspection.Sequencer ?? $"{photo.State.Sequencer}/{inspection.Version.ETag}";
        return new DetectionJob(DetectionJob.IdOf(photo.Id, version), photo.Id, photo.Bucket, photo.Key,
            Kind(inspection), photo.DetectionTypes, photo.Priority, photo.OrganizationId, photo.ProjectId,
            photo.CorrelationId);
    }

    private static string Kind(Inspection inspection) => inspection.Metadata.Type.IsAudio() ? "audio" : "image";

    private static void WriteState(Utf8JsonWriter json, Inspection inspection)
    {
        var state = inspection.Photo.State;
        json.WriteString("id", inspection.Photo.Id);
        json.WriteString("sequencer", inspection.Sequencer);
        json.WriteString("found_status", state.Status);
        json.WriteString("found_etag", state.ETag);
        json.WriteString("status", Status(inspection));
        json.WriteString("cause", inspection.Sequencer is null ? "object found" : "object created");
        json.WriteString("failure_reason", inspection.FailureReason);
    }

    private static void WriteObject(Utf8JsonWriter json, Inspection inspection)
    {
        var (photo, version) = (inspection.Photo, inspection.Version);
        var isSound = inspection.FailureReason is null && photo.Ticket is not null;
        json.WriteString("etag", version.ETag);
        json.WriteString("version_id", version.VersionId);
        json.WriteString("content_type", isSound ? photo.Ticket!.ContentType : inspection.Metadata.Type.Mime());
        json.WriteNumber("file_size_bytes", version.Size);
        json.WriteBoolean("is_external", photo.Ticket is null);
        WriteHex(json, "sha256", inspection.Sha256);
        WriteHex(json, "image_sha256", inspection.ImageSha256);
        json.WriteString("s3_bucket_derived", inspection.DerivedBucket);
        json.WriteString("s3_key_thumbnail", inspection.ThumbnailKey);
        json.WriteString("s3_key_public", inspection.PublicKey);
        WriteThumbnails(json, inspection.Thumbnails);
        json.WriteBoolean("publish_to_cdn", photo.Policy.PublishToCdn);
    }

    private static void WriteThumbnails(Utf8JsonWriter json, IReadOnlyList<Thumbnail>? thumbnails)
    {
        if (thumbnails is null)
        {
            return;
        }

        json.WriteStartArray("thumbnails");
        foreach (var thumbnail in thumbnails)
        {
            json.WriteStartObject();
            json.WriteString("key", thumbnail.Key);
            json.WriteNumber("width", thumbnail.Width);
            json.WriteNumber("height", thumbnail.Height);
            json.WriteString("mime_type", thumbnail.MimeType);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, MediaMetadata metadata)
    {
        Write(json, "width_px", metadata.Width);
        Write(json, "height_px", metadata.Height);
        Write(json, "display_width_px", metadata.DisplayWidth);
        Write(json, "display_height_px", metadata.DisplayHeight);
        Write(json, "orientation", metadata.Orientation);
        Write(json, "duration_ms", metadata.Audio?.DurationMs);
        Write(json, "bitrate_bps", metadata.Audio?.BitrateBps);
        Write(json, "sample_rate_hz", metadata.Audio?.SampleRateHz);
        Write(json, "channels", metadata.Audio?.Channels);
        if (metadata.Exif is { } exif)
        {
            json.WritePropertyName("exif_data");
            MetadataJson.WriteExif(json, exif);
            json.WriteString("taken_at", exif.TakenAt?.ToString("O", CultureInfo.InvariantCulture));
            Write(json, "taken_at_offset_minutes", exif.TakenAtOffset);
            json.WriteString("taken_at_source", MetadataJson.TakenAtSourceName(exif));
        }

        if (metadata.Gps is { } gps)
        {
            json.WritePropertyName("gps_coordinates");
            MetadataJson.WriteGps(json, gps);
        }

        json.WritePropertyName("metadata_errors");
        MetadataJson.WriteErrors(json, metadata.Errors);
        json.WriteNumber("extractor_version", MediaReader.ExtractorVersion);
    }

    private static void Write(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void WriteHex(Utf8JsonWriter json, string name, byte[]? value) =>
        json.WriteString(name, value is null ? null : Convert.ToHexStringLower(value));

    private static string Array(IEnumerable<Inspection> inspections, Action<Utf8JsonWriter, Inspection> write)
    {
        var bytes = new ArrayBufferWriter<byte>(8 * 1024);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            foreach (var inspection in inspections)
            {
                json.WriteStartObject();
                write(json, inspection);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
