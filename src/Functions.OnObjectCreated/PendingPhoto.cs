namespace PhotoLambda.OnObjectCreated;

/// <summary>The row that waits for an object, with what its ticket promised.</summary>
internal sealed record PendingPhoto(
    Guid Id,
    string Bucket,
    string Key,
    string OrganizationId,
    Guid ProjectId,
    string ContentType,
    long Size,
    byte[]? Sha256,
    string[] DetectionTypes,
    string Priority,
    string? CorrelationId);
