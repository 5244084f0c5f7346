using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Npgsql;
using PhotoLambda.Photos;

namespace PhotoLambda.BulkIngest;

/// <content>What members may say, each with its limits.</content>
internal sealed partial class MemberReader
{
    private static readonly SearchValues<byte> TimeCharacters = SearchValues.Create("0123456789-:T"u8);
    private static readonly byte[][] Types = [.. MimeTypes.Accepted.Select(Encoding.UTF8.GetBytes)];

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
}
