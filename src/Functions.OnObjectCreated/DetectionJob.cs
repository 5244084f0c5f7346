using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PhotoLambda.OnObjectCreated;

/// <summary>The message that a detector gets.</summary>
internal static class DetectionJob
{
    /// <summary>
    /// The same photo in the same version of its object gives the same id, however often its event comes: a consumer
    /// that has seen the id has seen the job. A UUID of version 8 (RFC 9562) from a SHA-256.
    /// </summary>
    public static Guid Id(Guid photoId, string sequencer)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"detection/{photoId}/{sequencer}")).AsSpan(0, 16);
        hash[6] = (byte)(0x80 | (hash[6] & 0x0F));
        hash[8] = (byte)(0x80 | (hash[8] & 0x3F));
        return new Guid(hash, bigEndian: true);
    }

    /// <returns>JSON.</returns>
    public static string Message(Guid jobId, PendingPhoto photo)
    {
        using var buffer = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("job_id", jobId);
            json.WriteString("photo_id", photo.Id);
            json.WriteString("s3_url", $"s3://{photo.Bucket}/{photo.Key}");
            json.WriteStartArray("detection_types");
            foreach (var type in photo.DetectionTypes)
            {
                json.WriteStringValue(type);
            }

            json.WriteEndArray();
            json.WriteString("priority", photo.Priority);
            json.WriteString("organization_id", photo.OrganizationId);
            json.WriteString("project_id", photo.ProjectId);
            json.WriteString("correlation_id", photo.CorrelationId);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
