using System.Buffers.Text;
using System.Text.Json;
using Npgsql;

namespace PhotoLambda.BulkIngest;

/// <content>The members that have columns of their own.</content>
internal sealed partial class ExifReader
{
    private void Take(ReadOnlySpan<byte> name, JsonTokenType type, ReadOnlyMemory<byte> value)
    {
        if (type == JsonTokenType.Null || _fields.Fault is not null)
        {
            return;
        }

        if (name.SequenceEqual("orientation"u8))
        {
            Orientation = (short?)Number(value.Span, type, "orientation", 1, 8);
        }
        else if (name.SequenceEqual("taken_at"u8))
        {
            TakenAt = Local(value.Span, type);
        }
        else if (name.SequenceEqual("taken_at_offset"u8))
        {
            TakenAtOffset = Offset(value.Span, type);
        }
        else if (name.SequenceEqual("taken_at_source"u8))
        {
            TakenAtSource = Source(value, type);
        }
        else if (name.SequenceEqual("gps_coordinates"u8))
        {
            CheckGps(value.Span, type);
        }
    }

    private void CheckGps(ReadOnlySpan<byte> value, JsonTokenType type)
    {
        if (!IsOf(JsonTokenType.StartObject, type, "gps_coordinates", "an object"))
        {
            return;
        }

        var (hasLatitude, hasLongitude) = (false, false);
        var json = new Utf8JsonReader(value);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName && _fields.Fault is null)
        {
            var name = json.ValueSpan;
            json.Read();
            if (name.SequenceEqual("latitude"u8))
            {
                (_, hasLatitude) = (Number(json.ValueSpan, json.TokenType, "gps_coordinates.latitude", -90, 90), true);
            }
            else if (name.SequenceEqual("longitude"u8))
            {
                (_, hasLongitude) =
                    (Number(json.ValueSpan, json.TokenType, "gps_coordinates.longitude", -180, 180), true);
            }
            else if (name.SequenceEqual("altitude_m"u8))
            {
                Number(json.ValueSpan, json.TokenType, "gps_coordinates.altitude_m", -100_000, 10_000_000);
            }

            json.Skip();
        }

        if (!hasLatitude || !hasLongitude)
        {
            Refuse(PostgresErrorCodes.NotNullViolation, "gps_coordinates", "must have latitude and longitude");
        }
    }

    private double? Number(ReadOnlySpan<byte> digits, JsonTokenType type, string name, double least, double most)
    {
        if (!IsOf(JsonTokenType.Number, type, name, "a number"))
        {
            return null;
        }

        if (Utf8Parser.TryParse(digits, out double number, out _) && number >= least && number <= most
            && (name != "orientation" || number == Math.Truncate(number)))
        {
            return number;
        }

        Refuse(name == "orientation" ? PostgresErrorCodes.CheckViolation : PostgresErrorCodes.NumericValueOutOfRange,
            name, FormattableString.Invariant($"must be from {least} to {most}; it is {MemberReader.Shown(digits)}"));
        return null;
    }

    private DateTime? Local(ReadOnlySpan<byte> quoted, JsonTokenType type)
    {
        const string Must = "a date and time without an offset, as 2026-01-31T09:30:00";
        if (!IsOf(JsonTokenType.String, type, "taken_at", Must))
        {
            return null;
        }

        var json = new Utf8JsonReader(quoted);
        json.Read();
        var text = _fields.Plain(quoted, "exif_data.taken_at");
        if (json.TryGetDateTime(out var time) && time.Kind == DateTimeKind.Unspecified && text.Length >= 19)
        {
            return time;
        }

        _fields.RefuseTime(text, "exif_data.taken_at", Must);
        return null;
    }

    // "+02:00"; PostgreSQL's column takes up to 18 hours.
    private short? Offset(ReadOnlySpan<byte> quoted, JsonTokenType type)
    {
        const string Must = "an offset from -18:00 to +18:00";
        if (!IsOf(JsonTokenType.String, type, "taken_at_offset", Must))
        {
            return null;
        }

        var text = _fields.Plain(quoted, "exif_data.taken_at_offset");
        if (text.Length == 6 && text[0] is (byte)'+' or (byte)'-' && text[3] == ':'
            && Utf8Parser.TryParse(text[1..3], out byte hours, out var read) && read == 2
            && Utf8Parser.TryParse(text[4..], out byte minutes, out read) && read == 2 && minutes < 60
            && hours * 60 + minutes is var total and <= 1080)
        {
            return (short)(text[0] == '-' ? -total : total);
        }

        Refuse(PostgresErrorCodes.InvalidDatetimeFormat, "taken_at_offset",
            $"must be {Must}; it is '{MemberReader.Shown(text)}'");
        return null;
    }

    private ReadOnlyMemory<byte> Source(ReadOnlyMemory<byte> quoted, JsonTokenType type)
    {
        if (!IsOf(JsonTokenType.String, type, "taken_at_source", "text"))
        {
            return default;
        }

        return _fields.Text(quoted.Span, "exif_data.taken_at_source", 32, TextRule.Name).ToArray();
    }
}
