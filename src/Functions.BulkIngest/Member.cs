using System.Text;

namespace PhotoLambda.BulkIngest;

/// <summary>The members of a message, and those of a descriptor with the names that the API gives them.</summary>
internal enum Member
{
    Version,
    OrganizationId,
    BatchId,
    Part,
    UserId,
    CorrelationId,
    Inspect,
    Photo,
    Photos,

    /// <summary>The first one of a descriptor.</summary>
    Id,
    ProjectId,
    S3Bucket,
    S3Key,
    FileName,
    MimeType,
    FileSize,
    Sha256,
    ETag,
    VersionId,
    UploadedAt,
    UploadedByUserId,
    SessionId,
    DetectionTypes,
    Priority,
    Width,
    Height,
    DisplayWidth,
    DisplayHeight,
    DurationMs,
    BitrateBps,
    SampleRateHz,
    Channels,
    ExifData,
}

/// <summary>Their names.</summary>
internal static class MemberNames
{
    // In the order of the enumeration.
    private static readonly string[] Names =
    [
        "version", "organization_id", "batch_id", "part", "user_id", "correlation_id", "inspect", "photo", "photos",
        "id", "project_id", "s3_bucket", "s3_key", "file_name", "mime_type", "file_size", "sha256", "etag",
        "version_id", "uploaded_at", "uploaded_by_user_id", "session_id", "detection_types", "priority", "width",
        "height", "display_width", "display_height", "duration_ms", "bitrate_bps", "sample_rate_hz", "channels",
        "exif_data",
    ];

    private static readonly byte[][] Bytes = [.. Names.Select(Encoding.UTF8.GetBytes)];

    public static int Count => Names.Length;

    public static string Of(Member member) => Names[(int)member];

    /// <param name="from">The first one that may be meant.</param>
    /// <param name="to">The first one behind those.</param>
    public static bool TryFind(ReadOnlySpan<byte> name, int from, int to, out Member member)
    {
        for (var i = from; i < to; i++)
        {
            if (name.SequenceEqual(Bytes[i]))
            {
                member = (Member)i;
                return true;
            }
        }

        member = default;
        return false;
    }
}
