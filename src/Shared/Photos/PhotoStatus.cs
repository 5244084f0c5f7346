namespace PhotoLambda.Photos;

/// <summary>The states of a photo, as they stand in the database and in the API.</summary>
internal static class PhotoStatus
{
    /// <summary>A ticket was given; the store has not yet told of an object.</summary>
    public const string PendingUpload = "pending_upload";

    /// <summary>The object is there, was read, and is what its ticket said.</summary>
    public const string Uploaded = "uploaded";

    /// <summary>The detection queue has the job.</summary>
    public const string Processing = "processing";

    public const string Completed = "completed";

    /// <summary>With a <c>failure_reason</c>.</summary>
    public const string Failed = "failed";

    public static readonly IReadOnlyList<string> All = [PendingUpload, Uploaded, Processing, Completed, Failed];
}
