namespace PhotoLambda.Local.S3;

/// <summary>A stretch of an object's bytes in a file of its own: the whole, or a part of a multipart upload.</summary>
/// <param name="Blob">Name of the file.</param>
/// <param name="Size">Bytes.</param>
internal sealed record Segment(string Blob, long Size);

/// <summary>An object as the journal keeps it.</summary>
/// <param name="ETag">Without quotes.</param>
/// <param name="Headers">Returned with the object: lower-case names, metadata and <c>x-amz-tagging</c> too.</param>
/// <param name="Modified">Set when it is committed, as is <paramref name="Sequencer"/>.</param>
/// <param name="PartCount">Of a multipart upload, else null.</param>
internal sealed record StoredObject(
    string Key,
    long Size,
    string ETag,
    IReadOnlyList<Segment> Segments,
    IReadOnlyDictionary<string, string> Headers,
    Checksum Checksum,
    DateTimeOffset Modified = default,
    long Sequencer = 0,
    int? PartCount = null);

/// <summary>A multipart upload in progress.</summary>
/// <param name="FullObjectChecksum">The object's checksum is over its bytes, not over its parts' checksums.</param>
/// <param name="ChecksumDeclared">The client chose the algorithm, so each part has to carry it.</param>
internal sealed record MultipartUpload(
    string Id,
    string Bucket,
    string Key,
    IReadOnlyDictionary<string, string> Headers,
    ChecksumAlgorithm Algorithm,
    bool FullObjectChecksum,
    bool ChecksumDeclared,
    DateTimeOffset Initiated);

/// <param name="Number">1–10,000.</param>
/// <param name="Checksum">Base64, of the upload's algorithm.</param>
internal sealed record UploadPart(int Number, Segment Segment, string ETag, string Checksum, DateTimeOffset Modified);

/// <summary>What happened to an object that a notification tells of.</summary>
/// <param name="Name">Without the leading <c>s3:</c>, e.g. <c>ObjectCreated:Put</c>.</param>
internal sealed record EventOrigin(string Name, string SourceIp, string RequestId);

/// <summary>An event that is owed to at least one target.</summary>
/// <param name="Size">Null for a removed object, as is <paramref name="ETag"/>.</param>
internal sealed record ObjectEvent(
    string Bucket,
    string Key,
    long? Size,
    string? ETag,
    long Sequencer,
    DateTimeOffset Time,
    EventOrigin Origin);
