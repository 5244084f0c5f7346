namespace PhotoLambda.OnObjectCreated;

/// <summary>The row that waits for an object, with what its ticket promised.</summary>
/// <param name="Size">Bytes; null when the client's protocol did not tell.</param>
/// <param name="MostBytes">By the policy of the project.</param>
internal sealed record PendingPhoto(
    Guid Id,
    string Bucket,
    string Key,
    string OrganizationId,
    Guid ProjectId,
    string ContentType,
    long? Size,
    long MostBytes,
    byte[]? Sha256,
    string[] DetectionTypes,
    string Priority,
    string? CorrelationId);
