using System.Globalization;
using PhotoLambda.Photos;
using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>Which photos a list shows: those that satisfy all that is not null.</summary>
/// <param name="TakenFrom">Compared with the camera's clock as the file has it, whatever its offset.</param>
/// <param name="TakenTo">Exclusive, as <paramref name="CreatedTo"/> is.</param>
internal sealed record PhotoFilter(
    Guid? ProjectId = null,
    string? Status = null,
    string? Kind = null,
    string? UploadedBy = null,
    string? SessionId = null,
    DateTime? TakenFrom = null,
    DateTime? TakenTo = null,
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null)
{
    public static readonly string[] Kinds = ["image", "audio"];

    /// <summary>Whether the list is in the order of the time that the photos were taken at.</summary>
    public bool IsByTaken => TakenFrom is not null || TakenTo is not null;

    /// <summary>Equal for equal filters only.</summary>
    public string Identity => string.Join('\n', "photos", ProjectId, Status, Kind, UploadedBy, SessionId,
        Ticks(TakenFrom), Ticks(TakenTo), Ticks(CreatedFrom?.UtcDateTime), Ticks(CreatedTo?.UtcDateTime));

    public static PhotoFilter Read(Fields fields)
    {
        var filter = new PhotoFilter(
            fields.OptionalUuid("project_id"),
            fields.Choice("status", PhotoStatus.All),
            fields.Choice("kind", Kinds),
            Name(fields, "uploaded_by"),
            Name(fields, "session_id"),
            fields.LocalTime("taken_from"),
            fields.LocalTime("taken_to"),
            fields.Instant("created_from"),
            fields.Instant("created_to"));
        if (filter.TakenFrom >= filter.TakenTo)
        {
            fields.Refuse("taken_to", "later than taken_from", "not later");
        }

        if (filter.CreatedFrom >= filter.CreatedTo)
        {
            fields.Refuse("created_to", "later than created_from", "not later");
        }

        return filter;
    }

    private static string? Name(Fields fields, string field) => fields.Text(field, 255,
        isFit: t => !t.Any(char.IsControl), limit: "text of 1 to 255 characters without control characters");

    private static string? Ticks(DateTime? time) => time?.Ticks.ToString(CultureInfo.InvariantCulture);
}
