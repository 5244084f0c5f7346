using System.Text.Json;
using System.Text.Json.Serialization;

namespace PhotoLambda.Sweep;

/// <summary>What one sweep did; each of its parts counts its own, also when it is cut off.</summary>
internal sealed class SweepReport
{
    /// <summary>Photos of which the store has nothing any more.</summary>
    public int DeletionsFinished { get; set; }

    /// <summary>Photos whose objects could not be deleted now.</summary>
    public int DeletionsLeft { get; set; }

    /// <summary>Of all tables.</summary>
    public int RowsExpired { get; set; }

    /// <summary>Seconds that the oldest message of the outbox has been waiting for, when the sweep began.</summary>
    public int OutboxAge { get; set; }

    /// <summary>Jobs of the outbox that the queue took.</summary>
    public int JobsPublished { get; set; }

    /// <summary>Jobs that the queue did not take now.</summary>
    public int JobsLeft { get; set; }

    /// <summary>Messages of the outbox that have objects read, of up to twenty photos each, that the queue took.
    /// </summary>
    public int LooksPublished { get; set; }

    /// <summary>Those that the queue did not take now.</summary>
    public int LooksLeft { get; set; }

    /// <summary>Photos that are to be on the CDN, and that the queue took.</summary>
    public int PublicationsSent { get; set; }

    /// <summary>Those that it did not take now.</summary>
    public int PublicationsLeft { get; set; }

    /// <summary>What the CDN is to forget, and the queue took.</summary>
    public int AssetDeletionsSent { get; set; }

    /// <summary>What it did not take now.</summary>
    public int AssetDeletionsLeft { get; set; }

    /// <summary>Photos that had no job though they waited for one.</summary>
    public int JobsRemade { get; set; }

    /// <summary>Photos that failed since no object came by their ticket.</summary>
    public int TicketsExpired { get; set; }

    /// <summary>Objects that are there without an event, and are looked at once more.</summary>
    public int ObjectsFound { get; set; }

    /// <summary>Photos that failed since no look at their object succeeded.</summary>
    public int ObjectsUnreadable { get; set; }

    /// <summary>Photos whose store or queue could not be asked now.</summary>
    public int TicketsLeft { get; set; }

    /// <summary>Photos that failed since no detector reported.</summary>
    public int DetectionsTimedOut { get; set; }

    /// <summary>Of the sweep itself: what was to be done there is left to the next one.</summary>
    public int PartsFailed { get; set; }

    /// <returns>JSON.</returns>
    public override string ToString() => JsonSerializer.Serialize(this, SweepJson.Default.SweepReport);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SweepReport))]
internal sealed partial class SweepJson : JsonSerializerContext;
