using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PhotoLambda.Photos;

/// <summary>A detector's work on one photo.</summary>
/// <param name="Kind"><c>image</c> or <c>audio</c>.</param>
/// <param name="Id">What a consumer knows a job by that it has seen: <see cref="IdOf"/>.</param>
internal sealed record DetectionJob(
    Guid Id,
    Guid PhotoId,
    string Bucket,
    string Key,
    string Kind,
    string[] DetectionTypes,
    string Priority,
    string OrganizationId,
    Guid ProjectId,
    string? CorrelationId)
{
    /// <summary>
    /// Marks the jobs with the ids of the array <c>$1</c> as taken by the queue, and their photos as being processed.
    /// </summary>
    public const string MarkPublished = """
        with job as (
          update outbox set published_at = now(), attempts = attempts + 1, last_error = null
          where job_id = any ($1) returning photo_id
        ), photo as (
          update photos p set status = 'processing', processing_at = now(), updated_at = now()
          from job where p.id = job.photo_id and p.status = 'uploaded'
          returning p.id, p.organization_id
        )
        insert into photo_events (photo_id, organization_id, from_status, to_status, cause)
        select id, organization_id, 'uploaded', 'processing', 'job queued' from photo
        """;

    /// <summary>
    /// The same photo in the same version gives the same id, however often its event comes: a consumer that has seen
    /// the id has seen the job. A UUID of version 8 (RFC 9562) from a SHA-256.
    /// </summary>
    /// <param name="version">The sequencer of the object, or what stands for it.</param>
    public static Guid IdOf(Guid photoId, string version)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"detection/{photoId}/{version}")).AsSpan(0, 16);
        hash[6] = (byte)(0x80 | (hash[6] & 0x0F));
        hash[8] = (byte)(0x80 | (hash[8] & 0x3F));
        return new Guid(hash, bigEndian: true);
    }

    /// <summary>Of a further attempt at the same version; who asks for it does not matter.</summary>
    /// <param name="sequencer">Of the object; empty where it is not known.</param>
    /// <param name="uploads">How often the photo was <c>uploaded</c> so far, by its timeline.</param>
    public static Guid IdOfAttempt(Guid photoId, string sequencer, long uploads) =>
        IdOf(photoId, $"{sequencer}/{uploads + 1}");

    /// <summary>The message that a detector gets.</summary>
    /// <returns>JSON.</returns>
    public string Message()
    {
        using var buffer = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("job_id", Id);
            json.WriteString("photo_id", PhotoId);
            json.WriteString("s3_url", $"s3://{Bucket}/{Key}");
            json.WriteString("kind", Kind);
            json.WriteStartArray("detection_types");
            foreach (var type in DetectionTypes)
            {
                json.WriteStringValue(type);
            }

            json.WriteEndArray();
            json.WriteString("priority", Priority);
            json.WriteString("organization_id", OrganizationId);
            json.WriteString("project_id", ProjectId);
            json.WriteString("correlation_id", CorrelationId);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
