namespace PhotoLambda.Sweep;

/// <summary>A photo whose ticket has ended, for the time of a lease this sweep's to see to.</summary>
/// <param name="UploadId">Of an upload in parts, when one was begun.</param>
/// <param name="Looks">So many times its object was there and looked at, to no avail.</param>
/// <param name="ClaimedAt">What the row changed at last: the claim.</param>
internal sealed record PendingPhoto(
    Guid Id, string Bucket, string Key, string? UploadId, int Looks, DateTime ClaimedAt);
