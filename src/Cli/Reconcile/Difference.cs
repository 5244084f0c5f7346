using System.Text.Json.Serialization;

namespace PhotoLambda.Cli.Reconcile;

/// <summary>Something in the bucket that does not go with the rows, as it stands in a plan.</summary>
internal sealed record Difference(string Action, string Reason, string Bucket, string Key)
{
    public Guid? PhotoId { get; init; }

    /// <summary>Of the object, when it was listed.</summary>
    [JsonPropertyName("etag")]
    public string? ETag { get; init; }

    /// <summary>Bytes.</summary>
    public long? Size { get; init; }

    /// <summary>Of the object, or when the upload was begun.</summary>
    public DateTimeOffset? Modified { get; init; }

    public string? RowStatus { get; init; }

    [JsonPropertyName("row_etag")]
    public string? RowETag { get; init; }

    public string? UploadId { get; init; }
}

/// <summary>What a plan can have done.</summary>
internal static class PlanAction
{
    /// <summary>The function of the store's events looks at the object again.</summary>
    public const string Look = "look";

    /// <summary>The deletion of its photo is made due again.</summary>
    public const string Delete = "delete";

    /// <summary>The upload in parts is aborted.</summary>
    public const string Abort = "abort";

    /// <summary>Nothing: people decide.</summary>
    public const string None = "none";

    public static readonly IReadOnlyList<string> Applicable = [Look, Delete, Abort];
}

/// <summary>Why something is in a plan.</summary>
internal static class PlanReason
{
    /// <summary>The object is there, its row knows of none.</summary>
    public const string EventLost = "event_lost";

    /// <summary>The row knows another version.</summary>
    public const string Overwritten = "overwritten";

    /// <summary>The row's object is not there.</summary>
    public const string ObjectLost = "object_lost";

    /// <summary>No row, and an adoption covers the key.</summary>
    public const string Adopt = "adopt";

    /// <summary>No row, and nobody's; not noted yet.</summary>
    public const string Stray = "stray";

    /// <summary>It belonged to a photo whose deletion is finished.</summary>
    public const string LeftOver = "left_over";

    /// <summary>An upload in parts that no pending photo knows.</summary>
    public const string AbandonedUpload = "abandoned_upload";

    /// <summary>A thumbnail or public copy that no row names.</summary>
    public const string Orphan = "orphan";

    /// <summary>PostgreSQL has no text for this key.</summary>
    public const string UnusableKey = "unusable_key";
}
