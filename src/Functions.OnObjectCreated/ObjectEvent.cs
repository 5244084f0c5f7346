namespace PhotoLambda.OnObjectCreated;

internal enum EventKind
{
    Created,
    Removed,

    /// <summary>Nobody says what happened: the store is to be asked what is there.</summary>
    Look,
}

/// <summary>What is said of one object.</summary>
/// <param name="Key">Decoded.</param>
internal sealed record ObjectEvent(EventKind Kind, string Bucket, string Key)
{
    private const int SequencerLength = 32;

    /// <summary>What the event calls the version; empty for a removed object.</summary>
    public string ETag { get; init; } = "";

    /// <summary>Bytes.</summary>
    public long Size { get; init; }

    /// <summary>Null where the bucket keeps no versions.</summary>
    public string? VersionId { get; init; }

    /// <summary>Padded, so that ordinal order is the order of events on one key; null for a look.</summary>
    public string? Sequencer { get; init; }

    /// <summary>Somebody asked for a look, too: where the event is an old one, that is still to be done.</summary>
    public bool IsLookedAt { get; init; }

    /// <summary>When the store says that it happened.</summary>
    public DateTime At { get; init; }

    public ObjectVersion Version => new(Bucket, Key, ETag, Size, VersionId);

    // AmazonS3 notification-content-structure: compare as strings, the shorter padded right with zeros.
    public static string Pad(string sequencer) => sequencer.ToUpperInvariant().PadRight(SequencerLength, '0');
}

/// <summary>The bytes of an object that are meant: what comes in their place has another ETag.</summary>
/// <param name="Size">Bytes.</param>
internal sealed record ObjectVersion(string Bucket, string Key, string ETag, long Size, string? VersionId);
