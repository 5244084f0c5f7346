namespace PhotoLambda.Cli.Push;

internal sealed record TicketsBody(TicketRequest[] Items);

/// <param name="DetectionTypes">Null: the detector's own choice.</param>
internal sealed record TicketRequest(
    Guid ProjectId,
    string FileName,
    long FileSize,
    string MimeType,
    string Sha256,
    string[]? DetectionTypes,
    string? Priority,
    string? SessionId);

internal sealed record TicketsAnswer(TicketItem[] Items);

/// <summary>A ticket, or why there is none.</summary>
internal sealed record TicketItem(
    int Status,
    Guid PhotoId,
    string? UploadUrl,
    Dictionary<string, string>? Headers,
    int ExpiresInSeconds,
    Problem? Problem);

/// <param name="Headers">To be sent as they stand here.</param>
internal sealed record Ticket(string UploadUrl, Dictionary<string, string> Headers, int ExpiresInSeconds)
{
    // An upload must begin before the store's clock says that it is over.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly DateTimeOffset _drawn = DateTimeOffset.UtcNow;

    public bool IsFresh => DateTimeOffset.UtcNow - _drawn < TimeSpan.FromSeconds(ExpiresInSeconds) - Margin;
}

internal sealed record HashesBody(string[] Sha256, Guid ProjectId);

internal sealed record KnownAnswer(KnownItem[] Items);

/// <param name="PhotoId">Null when it is not known.</param>
internal sealed record KnownItem(string Sha256, bool Known, Guid? PhotoId, string? Status);

internal sealed record ProjectAnswer(string Name, PolicyAnswer Policy);

internal sealed record PolicyAnswer(
    string[] AllowedTypes, long MaxImageBytes, long MaxAudioBytes, int UploadUrlsPerMinute)
{
    /// <returns>Why the project does not take the file; null when it does.</returns>
    public string? Refusal(PushFile file)
    {
        var most = file.MimeType.StartsWith("audio/", StringComparison.Ordinal) ? MaxAudioBytes : MaxImageBytes;
        return !AllowedTypes.Contains(file.MimeType)
            ? $"the project takes {string.Join(", ", AllowedTypes)}; it is {file.MimeType}"
            : file.Size > most
                ? $"too large: the project takes {Shown.Count(most)} bytes in one upload; it has "
                    + Shown.Count(file.Size)
            : null;
    }
}

internal sealed record PhotoAnswer(string Status, string? FailureReason);

/// <summary>RFC 9457.</summary>
internal sealed record Problem(string? Type, string? Title, string? Detail)
{
    private const string Prefix = "urn:photolambda:problem:";

    public string Text => $"{Title}{(Detail is null ? "." : $": {Detail}")}";

    public bool Is(string kind) => Type == Prefix + kind;
}
