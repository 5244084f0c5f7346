using System.Globalization;
using System.Text.Json;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Http;

/// <content>Members that are one value.</content>
internal sealed partial class Fields
{
    /// <param name="longest">In Unicode code points, as PostgreSQL counts characters.</param>
    /// <param name="isFit">A further condition, described by <paramref name="limit"/>.</param>
    public string? Text(
        string field, int longest, bool required = false, Func<string, bool>? isFit = null, string? limit = null)
    {
        limit ??= $"text of 1 to {longest} characters";
        return Find(field, required, limit, () => Schema.Text(limit, longest)) is { } element
            ? Text(field, element, longest, isFit, limit)
            : null;
    }

    /// <summary>One of a few words.</summary>
    public string? Choice(string field, IReadOnlyList<string> choices, bool required = false)
    {
        var limit = OneOf(choices);
        return Find(field, required, limit, () => Schema.Choice(choices)) is { } element
            ? Text(field, element, 64, choices.Contains, limit)
            : null;
    }

    /// <returns>0 when an error was left.</returns>
    public long Integer(string field, long least, long most, string unit) =>
        ReadInteger(field, least, most, unit, required: true) ?? 0;

    /// <returns>Null when it is missing, or an error was left.</returns>
    public long? OptionalInteger(string field, long least, long most, string unit) =>
        ReadInteger(field, least, most, unit, required: false);

    /// <returns>Null when it is missing, or an error was left.</returns>
    public double? OptionalNumber(string field, double least, double most, string unit)
    {
        var limit = FormattableString.Invariant($"a number from {least} to {most} {unit}");
        if (Find(field, required: false, limit, () => Schema.Number(limit, least, most)) is not { } element)
        {
            return null;
        }

        // NaN is in no range, and more than a double holds is infinite.
        if (element.ValueKind == JsonValueKind.Number && element.GetDouble() is var number
            && number >= least && number <= most)
        {
            return number;
        }

        Refuse(field, limit, element.ValueKind == JsonValueKind.Number ? element.GetRawText() : Kind(element));
        return null;
    }

    /// <returns>Null when it is missing, or an error was left.</returns>
    public bool? OptionalBoolean(string field)
    {
        const string Limit = "true or false";
        if (Find(field, required: false, Limit, () => Schema.Boolean(Limit)) is not { } element)
        {
            return null;
        }

        if (element.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return element.GetBoolean();
        }

        Refuse(field, Limit, Kind(element));
        return null;
    }

    /// <returns>The empty one when an error was left.</returns>
    public Guid Uuid(string field) => ReadUuid(field, required: true) ?? Guid.Empty;

    /// <returns>Null when it is missing, or an error was left.</returns>
    public Guid? OptionalUuid(string field) => ReadUuid(field, required: false);

    /// <summary>A date and time of RFC 3339, with its offset.</summary>
    /// <returns>Null when it is missing, or an error was left.</returns>
    public DateTimeOffset? Instant(string field)
    {
        const string Limit = "a date and time of RFC 3339 with an offset, such as 2026-01-31T09:30:00Z";
        if (Find(field, required: false, Limit, () => Schema.Instant(Limit)) is not { } element)
        {
            return null;
        }

        DateTimeOffset instant = default;
        return Text(field, element, 35, t => Rfc3339.TryParse(t, out instant), Limit) is null ? null : instant;
    }

    /// <summary>A date and time as a clock shows it, which an offset does not change.</summary>
    /// <returns>Null when it is missing, or an error was left.</returns>
    public DateTime? LocalTime(string field)
    {
        const string Limit = "a date and time such as 2026-01-31T09:30:00";
        if (Find(field, required: false, Limit, () => Schema.Text(Limit, 35)) is not { } element)
        {
            return null;
        }

        DateTime local = default;
        return Text(field, element, 35, t => Rfc3339.TryParseLocal(t, out local), Limit) is null ? null : local;
    }

    private string? Text(string field, JsonElement element, int longest, Func<string, bool>? isFit, string limit)
    {
        if (element.ValueKind != JsonValueKind.String || !TryGetText(element.GetString, out var text))
        {
            Refuse(field, limit, Kind(element));
            return null;
        }

        var length = text.EnumerateRunes().Count();
        if (length == 0 || length > longest || !(isFit?.Invoke(text) ?? true))
        {
            Refuse(field, limit, length > longest ? $"{length} characters long" : $"\"{Visible(text)}\"");
            return null;
        }

        return text;
    }

    private long? ReadInteger(string field, long least, long most, string unit, bool required)
    {
        var limit = $"a whole number from {least} to {most}{(unit.Length > 0 ? " " : "")}{unit}";
        if (Find(field, required, limit, () => Schema.Integer(limit, least, most)) is not { } element)
        {
            return null;
        }

        if (TryGetInteger(element, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Refuse(field, limit, element.ValueKind == JsonValueKind.Number ? element.GetRawText()
            : IsQuery ? $"\"{Visible(element.GetString()!)}\"" : Kind(element));
        return null;
    }

    private bool TryGetInteger(JsonElement element, out long number)
    {
        number = 0;
        return element.ValueKind == JsonValueKind.Number ? element.TryGetInt64(out number)
            : IsQuery
              && long.TryParse(element.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private Guid? ReadUuid(string field, bool required)
    {
        const string Limit = "a UUID";
        if (Find(field, required, Limit, () => Schema.Uuid()) is not { } element)
        {
            return null;
        }

        Guid id = default;
        return Text(field, element, 36, t => Guid.TryParseExact(t, "D", out id), Limit) is null ? null : id;
    }
}
