using System.Text.Json;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Bulk;

/// <summary>What has become of a batch so far.</summary>
/// <param name="Total">Of its photos; null until it is known.</param>
/// <param name="Done">Of them, those that are stored, were there, or are rejected.</param>
/// <param name="Stored">Those that it brought; one that is deleted later does not count.</param>
internal sealed record Batch(
    Guid Id, string Source, long? Total, DateTime CreatedAt, long Done, long Stored, long Rejected)
{
    public static readonly NamedSchema Shape = new("Batch", _ => Schema.Object(
        ("batch_id", Schema.Uuid()),
        ("source", Schema.Choice(["api", "backfill", "redrive"])),
        ("total", Schema.Nullable(Schema.Integer("How many photos it has; null until it is known"))),
        ("created_at", Schema.Instant()),
        ("done", Schema.Integer("How many of them are stored, were there, or are rejected")),
        ("stored", Schema.Integer("Photos that it brought and that are there")),
        ("duplicates", Schema.Integer("Whose object had a photo already")),
        ("rejected", Schema.Integer()),
        ("progress", Schema.Nullable(Schema.Number("done of total", 0, 1))),
        ("finished", Schema.Boolean("Whether all are done")),
        ("rejects", Schema.Object(
            ("items", Schema.Array(Schema.Object(
                ("part", Schema.Integer("The message of the batch, from 0")),
                ("row_number", Schema.Integer("In the message, from 0; -1: the message as a whole")),
                ("sqlstate", Schema.Text("Of the list in docs/bulk.md")),
                ("field", Schema.Nullable(Schema.Text("The descriptor's member, by its path"))),
                ("reason", Schema.Text()),
                ("row", Schema.Text("As it came; of one that is longer, the first 262,144 characters")),
                ("message_id", Schema.Text("The queue's")),
                ("created_at", Schema.Instant())))),
            ("next_cursor", Schema.Nullable(Schema.Text("For the next page; null on the last")))))));

    /// <summary>A page of them, in the order of their places.</summary>
    public IReadOnlyList<RejectedRow> Rejects { get; init; } = [];

    public bool HasMoreRejects { get; init; }

    // Parts are counted when all of their rows are there, and photos may be deleted in between.
    private long Duplicates => Math.Max(0, Done - Stored - Rejected);

    private double? Progress => Total is null ? null : Total == 0 ? 1 : Math.Min(1, (double)Done / Total.Value);

    public void Write(Utf8JsonWriter json, string? nextCursor)
    {
        json.WriteStartObject();
        json.WriteString("batch_id"u8, Id);
        json.WriteString("source"u8, Source);
        WriteNumber(json, "total", Total);
        json.WriteString("created_at"u8, CreatedAt);
        json.WriteNumber("done"u8, Done);
        json.WriteNumber("stored"u8, Stored);
        json.WriteNumber("duplicates"u8, Duplicates);
        json.WriteNumber("rejected"u8, Rejected);
        WriteNumber(json, "progress", Progress);
        json.WriteBoolean("finished"u8, Done >= Total);
        json.WriteStartObject("rejects"u8);
        json.WriteStartArray("items"u8);
        foreach (var reject in Rejects)
        {
            reject.Write(json);
        }

        json.WriteEndArray();
        json.WriteString("next_cursor"u8, nextCursor);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is null)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteNumber(name, value.Value);
        }
    }
}

/// <summary>Where a reject stands in its batch.</summary>
/// <param name="Row">-1: the message as a whole.</param>
internal readonly record struct RejectPlace(int Part, int Row)
{
    public static readonly RejectPlace BeforeAll = new(-1, 0);

    public Position ToPosition() => new(default, new Guid(Part, 0, 0, BitConverter.GetBytes((long)Row)));

    public static RejectPlace Of(Position position)
    {
        Span<byte> id = stackalloc byte[16];
        position.Id.TryWriteBytes(id);
        return new RejectPlace(BitConverter.ToInt32(id), (int)BitConverter.ToInt64(id[8..]));
    }
}

/// <param name="SqlState">Why; see <c>docs/bulk.md</c>.</param>
/// <param name="Row">As it came.</param>
internal sealed record RejectedRow(
    RejectPlace Place, string SqlState, string? Field, string Reason, string Row, string MessageId, DateTime CreatedAt)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("part"u8, Place.Part);
        json.WriteNumber("row_number"u8, Place.Row);
        json.WriteString("sqlstate"u8, SqlState);
        json.WriteString("field"u8, Field);
        json.WriteString("reason"u8, Reason);
        json.WriteString("row"u8, Row);
        json.WriteString("message_id"u8, MessageId);
        json.WriteString("created_at"u8, CreatedAt);
        json.WriteEndObject();
    }
}
