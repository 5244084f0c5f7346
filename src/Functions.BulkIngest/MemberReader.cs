using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Npgsql;
using PhotoLambda.Bulk;
using PhotoLambda.Photos;

namespace PhotoLambda.BulkIngest;

/// <summary>
/// The members of one message or descriptor, found in one walk and then read in any order. The first fault counts; what
/// is read after it has no meaning.
/// </summary>
internal sealed class MemberReader
{
    private static readonly SearchValues<byte> TimeCharacters = SearchValues.Create("0123456789-:T"u8);
    private static readonly byte[][] Types = [.. MimeTypes.Accepted.Select(Encoding.UTF8.GetBytes)];

    private readonly (JsonTokenType Type, int Start, int End)[] _values =
        new (JsonTokenType, int, int)[MemberNames.Count];

    private readonly int _first;
    private readonly int _behind;
    private readonly string _noun;
    private ReadOnlyMemory<byte> _body;
    private byte[] _unescaped = new byte[4096];
    private int _unescapedLength;

    private MemberReader(int first, int behind, string noun) => (_first, _behind, _noun) = (first, behind, noun);

    public Reject? Fault { get; private set; }

    public static MemberReader OfMessages() => new(0, (int)Member.Id, "message");

    public static MemberReader OfDescriptors() => new((int)Member.Id, MemberNames.Count, "descriptor");

    /// <param name="json">Stands on the first token of the object, then on its last.</param>
    /// <param name="body">What <paramref name="json"/> reads.</param>
    /// <returns>What is wrong with the object as a whole.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public Reject? Find(ref Utf8JsonReader json, ReadOnlyMemory<byte> body)
    {
        (Fault, _body, _unescapedLength) = (null, body, 0);
        Array.Clear(_values);
        if (json.TokenType != JsonTokenType.StartObject)
        {
            var kind = Kind(json.TokenType);
            json.Skip();
            return new Reject(
                PostgresErrorCodes.InvalidTextRepresentation, null, $"a {_noun} must be an object; it is {kind}");
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isKnown = MemberNames.TryFind(json.ValueSpan, _first, _behind, out var member);
            if (!isKnown)
            {
                RefuseName(json.ValueSpan);
            }

            json.Read();
            var start = (int)json.TokenStartIndex;
            var type = json.TokenType;
            json.Skip();
            if (isKnown && _values[(int)member].Type != JsonTokenType.None)
            {
                Refuse("22030", member, "must be given once; it is given twice");
            }
            else if (isKnown)
            {
                _values[(int)member] = (type, start, (int)json.BytesConsumed);
            }
        }

        return Fault;
    }

    public void Refuse(string sqlState, Member member, string reason) =>
        Refuse(sqlState, MemberNames.Of(member), reason);

    public void Refuse(string sqlState, string field, string reason) => Fault ??= new Reject(sqlState, field, reason);

    /// <returns>False when the member is missing, null, or no such thing, which is a fault.</returns>
    public bool Has(Member member, JsonTokenType type, string must)
    {
        var found = _values[(int)member].Type;
        if (found != type && found is not (JsonTokenType.None or JsonTokenType.Null))
        {
            Refuse(PostgresErrorCodes.InvalidTextRepresentation, member, $"must be {must}; it is {Kind(found)}");
        }

        return found == type;
    }

    public bool IsGiven(Member member) => _values[(int)member].Type is not (JsonTokenType.None or JsonTokenType.Null);

    public void Require(Member member)
    {
        if (!IsGiven(member))
        {
            Refuse(PostgresErrorCodes.NotNullViolation, member, "must be given");
        }
    }

    /// <returns>The JSON of a member that is there.</returns>
    public ReadOnlyMemory<byte> Raw(Member member) =>
        _body[_values[(int)member].Start.._values[(int)member].End];

    public Utf8JsonReader Reader(Member member) => new(Raw(member).Span);

    /// <returns>UTF-8, good until the next descriptor; empty when there is none.</returns>
    public ReadOnlySpan<byte> Text(Member member, int longest, TextRule rule, bool isRequired = false)
    {
        if (isRequired)
        {
            Require(member);
        }

        return Has(member, JsonTokenType.String, "text")
            ? Text(Raw(member).Span, MemberNames.Of(member), longest, rule)
            : default;
    }

    /// <returns>The same, good until the next message.</returns>
    public ReadOnlyMemory<byte> Copy(Member member, int longest, bool isRequired = false)
    {
        var text = Text(member, longest, TextRule.Any, isRequired);
        var isRaw = !text.IsEmpty && text.Length == Raw(member).Length - 2;
        return isRaw ? Raw(member)[1..^1] : text.ToArray();
    }

    /// <param name="quoted">A JSON string with its quotation marks.</param>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> quoted, string field, int longest, TextRule rule)
    {
        var text = Plain(quoted, field);
        if (Fault is not null)
        {
            return default;
        }

        // Keys are counted by the store, everything else by PostgreSQL.
        var length = rule == TextRule.Key || text.Length <= longest ? text.Length : TextRules.Length(text);
        if (text.IsEmpty)
        {
            Refuse(PostgresErrorCodes.CheckViolation, field, $"must have 1 to {longest} characters; it has none");
        }
        else if (length > longest)
        {
            Refuse(PostgresErrorCodes.StringDataRightTruncation, field,
                $"must have {longest} {(rule == TextRule.Key ? "bytes" : "characters")} at most; it has {length}");
        }
        else if (TextRules.Fault(rule, text) is { } fault)
        {
            Refuse(PostgresErrorCodes.CheckViolation, field, $"{fault}; it is '{Shown(text)}'");
        }

        return text;
    }

    /// <returns>Null when there is none.</returns>
    public Guid? Uuid(Member member)
    {
        if (!Has(member, JsonTokenType.String, "a UUID"))
        {
            return null;
        }

        var text = Plain(Raw(member).Span, MemberNames.Of(member));
        if (text.Length == 36 && Utf8Parser.TryParse(text, out Guid id, out var length) && length == 36)
        {
            return id;
        }

        Refuse(PostgresErrorCodes.InvalidTextRepresentation, member, $"must be a UUID; it is '{Shown(text)}'");
        return null;
    }

    public Guid? RequiredUuid(Member member)
    {
        Require(member);
        return Uuid(member);
    }

    /// <returns>Null when there is none.</returns>
    public bool? Boolean(Member member)
    {
        var type = _values[(int)member].Type;
        if (type is JsonTokenType.True or JsonTokenType.False)
        {
            return type == JsonTokenType.True;
        }

        Has(member, JsonTokenType.True, "true or false");
        return null;
    }

    public int? Integer32(Member member, int least) => (int?)Integer(member, least, int.MaxValue);

    public long? Integer(Member member, long least, long most, bool isRequired = false)
    {
        if (isRequired)
        {
            Require(member);
        }

        if (!Has(member, JsonTokenType.Number, "a number"))
        {
            return null;
        }

        var digits = Raw(member).Span;
        if (Utf8Parser.TryParse(digits, out long number, out var length) && length == digits.Length
            && number >= least && number <= most)
        {
            return number;
        }

        var isFraction = digits.IndexOfAny("."u8) >= 0;
        Refuse(
            isFraction ? PostgresErrorCodes.InvalidTextRepresentation
            : length == digits.Length && number < least ? PostgresErrorCodes.CheckViolation
            : PostgresErrorCodes.NumericValueOutOfRange,
            member, $"must be a whole number from {least} to {most}; it is {Shown(digits)}");
        return null;
    }

    /// <returns>Null when there is none.</returns>
    public DateTime? Instant(Member member)
    {
        const string Must = "a timestamp as RFC 3339 writes it, with its offset";
        if (!Has(member, JsonTokenType.String, Must))
        {
            return null;
        }

        var json = Reader(member);
        json.Read();
        var text = Plain(Raw(member).Span, MemberNames.Of(member));
        var hasOffset = text.Length > 19 && (text[^1] == 'Z' || text[^3] == ':' && text[^6] is (byte)'+' or (byte)'-');
        if (hasOffset && json.TryGetDateTimeOffset(out var instant))
        {
            return instant.UtcDateTime;
        }

        RefuseTime(text, MemberNames.Of(member), Must);
        return null;
    }

    public void RefuseTime(ReadOnlySpan<byte> text, string field, string must)
    {
        // A pattern that is right tells of a day or an hour that is not.
        var isPattern = text.Length >= 19 && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':'
            && text[16] == ':' && text[..19].IndexOfAnyExcept(TimeCharacters) < 0;
        Refuse(isPattern ? PostgresErrorCodes.DatetimeFieldOverflow : PostgresErrorCodes.InvalidDatetimeFormat,
            field, $"must be {must}; it is '{Shown(text)}'");
    }

    /// <summary>Refuses a text whose escapes mean something that PostgreSQL has no text for.</summary>
    /// <param name="escaped">Without quotation marks.</param>
    public void CheckEscapes(ReadOnlySpan<byte> escaped, string field)
    {
        Span<byte> quoted = escaped.Length < 256 ? stackalloc byte[escaped.Length + 2] : new byte[escaped.Length + 2];
        (quoted[0], quoted[^1]) = ((byte)'"', (byte)'"');
        escaped.CopyTo(quoted[1..]);
        Plain(quoted, field);
    }

    /// <summary>A value as messages show it: short, and without control characters.</summary>
    public static string Shown(ReadOnlySpan<byte> text)
    {
        const int Longest = 60;
        var shown = Encoding.UTF8.GetString(text[..Math.Min(text.Length, Longest)]);
        return string.Concat(shown.Select(c => char.IsControl(c) ? '�' : c)) + (text.Length > Longest ? "…" : "");
    }

    public static string Kind(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "text",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "a boolean",
    };

    /// <returns>Empty where there is a fault.</returns>
    public ReadOnlySpan<byte> MimeType()
    {
        var text = Text(Member.MimeType, 64, TextRule.Any, isRequired: true);
        foreach (var type in Types)
        {
            if (text.SequenceEqual(type))
            {
                return text;
            }
        }

        Refuse(PostgresErrorCodes.CheckViolation, Member.MimeType,
            $"must be one of {string.Join(", ", MimeTypes.Accepted)}; it is '{Shown(text)}'");
        return default;
    }

    /// <returns>One of the choices; empty when there is none.</returns>
    public ReadOnlySpan<byte> Choice(Member member, string choices)
    {
        var text = Text(member, 16, TextRule.Any);
        if (!text.IsEmpty && !choices.Split(", ").Contains(Encoding.UTF8.GetString(text)))
        {
            Refuse(PostgresErrorCodes.CheckViolation, member, $"must be one of {choices}; it is '{Shown(text)}'");
        }

        return text;
    }

    /// <returns>Whether there is one.</returns>
    public bool Sha256(Span<byte> hash)
    {
        const string Must = "must be 64 hexadecimal digits";
        if (!Has(Member.Sha256, JsonTokenType.String, "text"))
        {
            return false;
        }

        var text = Plain(Raw(Member.Sha256).Span, "sha256");
        if (text.Length != 64 || !TryHex(text, hash))
        {
            Refuse(PostgresErrorCodes.InvalidTextRepresentation, Member.Sha256, $"{Must}; it is '{Shown(text)}'");
        }

        return true;
    }

    private static bool TryHex(ReadOnlySpan<byte> digits, Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            var (high, low) = (Nibble(digits[2 * i]), Nibble(digits[2 * i + 1]));
            if ((high | low) < 0)
            {
                return false;
            }

            bytes[i] = (byte)(high << 4 | low);
        }

        return true;
    }

    private static int Nibble(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };

    /// <param name="quoted">A JSON string with its quotation marks.</param>
    /// <returns>What it means.</returns>
    public ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> quoted, string field)
    {
        var text = quoted[1..^1];
        if (!text.Contains((byte)'\\'))
        {
            return text;
        }

        if (_unescaped.Length - _unescapedLength < text.Length)
        {
            // What was given out before stays in the old one.
            (_unescaped, _unescapedLength) = (new byte[Math.Max(text.Length, 2 * _unescaped.Length)], 0);
        }

        try
        {
            var json = new Utf8JsonReader(quoted);
            json.Read();
            var free = _unescaped.AsSpan(_unescapedLength);
            var result = free[..json.CopyString(free)];
            _unescapedLength += result.Length;
            if (result.Contains((byte)0))
            {
                Refuse(PostgresErrorCodes.CharacterNotInRepertoire, field, "must not have a NUL, \\u0000");
            }

            return result;
        }
        catch (InvalidOperationException)
        {
            Refuse(PostgresErrorCodes.UntranslatableCharacter, field, "must not have half a surrogate pair");
            return default;
        }
    }

    private void RefuseName(ReadOnlySpan<byte> name) => Fault ??= new Reject(
        PostgresErrorCodes.UndefinedColumn, null, $"a {_noun} has no member '{Shown(name)}'");
}
