namespace PhotoLambda.OnObjectCreated;

/// <summary>The row of an object: what its ticket promised and its project wants, and where it stands.</summary>
internal sealed record Photo
{
    public required Guid Id { get; init; }
    public required string Bucket { get; init; }
    public required string Key { get; init; }
    public required string OrganizationId { get; init; }
    public required Guid ProjectId { get; init; }
    public required ReadingPolicy Policy { get; init; }

    /// <summary>Null where nobody asked for a ticket: the object was put there by another system.</summary>
    public Ticket? Ticket { get; init; }

    public string[] DetectionTypes { get; init; } = [];
    public string Priority { get; init; } = "normal";
    public string? CorrelationId { get; init; }

    /// <summary>Where the row stood when it was looked up; a new one is made when the object has been read.</summary>
    public required PhotoState State { get; init; }
}

/// <param name="Size">Bytes; null when the client's protocol did not tell.</param>
/// <param name="MostBytes">By the policy of the project.</param>
/// <param name="IsDescriptor">
/// The object was there before somebody told of it: nobody made the store check what was told.
/// </param>
/// <param name="IsService">
/// A module of the team stored the object, whose type and size were seen to on the way. Of two that were at it at once
/// the row may have the words of the one and the store the object of the other.
/// </param>
internal sealed record Ticket(
    string ContentType, long? Size, long MostBytes, byte[]? Sha256, bool IsDescriptor, bool IsService);

/// <param name="Sequencer">Of the last event that counted; null when none has yet.</param>
/// <param name="AwaitsEvent">This version was found by looking, its event has not come.</param>
internal sealed record PhotoState(
    string Status, string? Sequencer, string? ETag, string? VersionId, string? FailedBy, bool AwaitsEvent, bool IsNew)
{
    /// <summary>
    /// Registered in bulk, with its job, and not read so far: what is found first is what was registered, unless the
    /// ETags say something else.
    /// </summary>
    public bool IsUnread { get; init; }

    /// <summary>Its descriptor says all of the object, which is read only when somebody asks for a look.</summary>
    public bool IsTold { get; init; }
}

/// <summary>What a project wants of the files in it.</summary>
/// <param name="Gps"><c>keep</c>, <c>coarsen</c> or <c>drop</c>.</param>
/// <param name="GpsGrid">Degrees; the side of the squares that a coarsened position is the middle of.</param>
/// <param name="MaxBytes">By kind, for objects without a ticket.</param>
/// <param name="ThumbnailSizes">Pixels of the longer side; none: what the camera embedded.</param>
internal sealed record ReadingPolicy(
    string Gps,
    double GpsGrid,
    bool ScrubGps,
    bool KeepAllTags,
    bool HashImageData,
    long MaxPixels,
    string[] AllowedTypes,
    (long Image, long Audio) MaxBytes,
    int[] ThumbnailSizes,
    bool PublishToCdn);
