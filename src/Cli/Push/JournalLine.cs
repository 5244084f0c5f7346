using System.Text.Json.Serialization;

namespace PhotoLambda.Cli.Push;

/// <summary>
/// A line of a journal: its first one, how far a file is, or a request for tickets that is under way or answered.
/// </summary>
internal sealed record JournalLine
{
    public const int CurrentFormat = 1;

    /// <summary>Which makes a file a journal; with <see cref="Api"/> and <see cref="Project"/>.</summary>
    [JsonPropertyName("photolambda_push")]
    public int? Format { get; init; }

    public string? Api { get; init; }

    public Guid? Project { get; init; }

    /// <summary>Its path from the journal's folder.</summary>
    public string? File { get; init; }

    public long? Size { get; init; }

    public DateTime? ModifiedAt { get; init; }

    public string? Sha256 { get; init; }

    public Guid? PhotoId { get; init; }

    /// <summary>One of <see cref="FileState"/>.</summary>
    public string? State { get; init; }

    /// <summary>The idempotency key of a request that is about to be sent.</summary>
    public string? Asked { get; init; }

    /// <summary>Those that the request is for, in its order.</summary>
    public string[]? Files { get; init; }

    /// <summary>To the letter: the key is good for the same bytes only.</summary>
    public string? Body { get; init; }

    /// <summary>The key of a request whose answer is in the lines before.</summary>
    public string? Answered { get; init; }

    public bool IsOf(PushFile file) => Size == file.Size && ModifiedAt == file.ModifiedAt;
}

/// <summary>How far a file is.</summary>
internal static class FileState
{
    public const string Hashed = "hashed";

    /// <summary>It has a photo, and may have been uploaded.</summary>
    public const string Ticket = "ticket";

    public const string Uploaded = "uploaded";

    /// <summary>The project had a photo of the same content.</summary>
    public const string Known = "known";
}
