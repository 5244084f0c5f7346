using System.Buffers.Text;
using System.Text.Json;
using Npgsql;

namespace PhotoLambda.BulkIngest;

/// <summary>
/// The member <c>exif_data</c>, as the API gives it out: an object of any members, of which some have columns of their
/// own. It is stored as it is, but for the position.
/// </summary>
internal sealed partial class ExifReader
{
    private const int LongestJson = 64 * 1024;
    private const int MostDepth = 8;
    private const int MostMembers = 128;

    private readonly (int Start, int Length)[] _names = new (int, int)[MostMembers];
    private byte[] _withoutGps = [];
    private MemberReader _fields = null!;
    private (int Start, int Next) _gpsMember;

    /// <summary>JSON without the position; empty: none.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>The position as JSON; empty: none.</summary>
    public ReadOnlyMemory<byte> Gps { get; private set; }

    public ReadOnlyMemory<byte> TakenAtSource { get; private set; }

    public short? Orientation { get; private set; }

    /// <summary>As the camera's clock showed it.</summary>
    public DateTime? TakenAt { get; private set; }

    /// <summary>Minutes.</summary>
    public short? TakenAtOffset { get; private set; }

    public void Read(MemberReader fields)
    {
        _fields = fields;
        (Data, Gps, TakenAtSource, Orientation, TakenAt, TakenAtOffset) = (default, default, default, null, null, null);
        if (!fields.Has(Member.ExifData, JsonTokenType.StartObject, "an object"))
        {
            return;
        }

        var raw = fields.Raw(Member.ExifData);
        if (raw.Length > LongestJson)
        {
            Refuse(PostgresErrorCodes.StringDataRightTruncation, null,
                $"must have {LongestJson} bytes at most; it has {raw.Length}");
            return;
        }

        ReadMembers(raw);
        Data = Gps.IsEmpty || fields.Fault is not null ? raw : WithoutGps(raw.Span);
    }

    private void ReadMembers(ReadOnlyMemory<byte> raw)
    {
        var json = new Utf8JsonReader(raw.Span);
        json.Read();
        var end = (int)json.BytesConsumed;
        for (var count = 0; _fields.Fault is null && json.Read() && json.TokenType == JsonTokenType.PropertyName;)
        {
            var member = end;
            if (!IsNew(raw.Span, ref json, count++))
            {
                return;
            }

            var name = json.ValueSpan;
            json.Read();
            var start = (int)json.TokenStartIndex;
            var type = json.TokenType;
            CheckValue(ref json);
            end = (int)json.BytesConsumed;
            if (name.SequenceEqual("gps_coordinates"u8) && type != JsonTokenType.Null)
            {
                (_gpsMember, Gps) = ((member, end), raw[start..end]);
            }

            Take(name, type, raw[start..end]);
        }
    }

    private bool IsNew(ReadOnlySpan<byte> raw, ref Utf8JsonReader json, int count)
    {
        var name = json.ValueSpan;
        if (json.ValueIsEscaped || name.IsEmpty)
        {
            Refuse(PostgresErrorCodes.InvalidTextRepresentation, null, "must have names without escapes");
            return false;
        }

        if (count == MostMembers)
        {
            Refuse(PostgresErrorCodes.ProgramLimitExceeded, null, $"must have {MostMembers} members at most");
            return false;
        }

        foreach (var (start, length) in _names.AsSpan(0, count))
        {
            if (length == name.Length && raw.Slice(start, length).SequenceEqual(name))
            {
                Refuse("22030", MemberReader.Shown(name), "must be given once; it is given twice");
                return false;
            }
        }

        _names[count] = ((int)json.TokenStartIndex + 1, name.Length);
        return true;
    }

    // What JSON allows and jsonb does not.
    private void CheckValue(ref Utf8JsonReader json)
    {
        var depth = json.CurrentDepth;
        do
        {
            switch (json.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray when json.CurrentDepth >= MostDepth:
                    Refuse("54001", null, $"must not be nested deeper than {MostDepth}");
                    break;
                case JsonTokenType.Number when !IsFinite(json.ValueSpan):
                    Refuse(PostgresErrorCodes.NumericValueOutOfRange, null,
                        $"must have numbers that a double can hold; one is {MemberReader.Shown(json.ValueSpan)}");
                    break;
                case JsonTokenType.String or JsonTokenType.PropertyName when json.ValueIsEscaped:
                    _fields.CheckEscapes(json.ValueSpan, "exif_data");
                    break;
            }
        }
        while ((json.CurrentDepth > depth || json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            && json.Read());
    }

    private bool IsOf(JsonTokenType expected, JsonTokenType type, string name, string must)
    {
        if (type != expected)
        {
            Refuse(PostgresErrorCodes.InvalidTextRepresentation, name,
                $"must be {must}; it is {MemberReader.Kind(type)}");
        }

        return type == expected;
    }

    private void Refuse(string sqlState, string? name, string reason) =>
        _fields.Refuse(sqlState, name is null ? "exif_data" : $"exif_data.{name}", reason);

    private static bool IsFinite(ReadOnlySpan<byte> digits) =>
        digits.Length <= 64 && Utf8Parser.TryParse(digits, out double number, out _) && double.IsFinite(number);

    // The member goes with the comma before it, or, as the first one, with the comma behind it.
    private ReadOnlyMemory<byte> WithoutGps(ReadOnlySpan<byte> raw)
    {
        var head = raw[.._gpsMember.Start];
        var tail = raw[_gpsMember.Next..];
        if (head.Length == 1 && tail.TrimStart(" \t\r\n"u8) is [(byte)',', .. var rest])
        {
            tail = rest;
        }

        var length = head.Length + tail.Length;
        if (_withoutGps.Length < length)
        {
            _withoutGps = new byte[length];
        }

        head.CopyTo(_withoutGps);
        tail.CopyTo(_withoutGps.AsSpan(head.Length));
        return _withoutGps.AsMemory(0, length);
    }
}
