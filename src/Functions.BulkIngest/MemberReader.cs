using System.Text;
using System.Text.Json;
using Npgsql;
using PhotoLambda.Bulk;

namespace PhotoLambda.BulkIngest;

/// <summary>
/// The members of one message or descriptor, found in one walk and then read in any order. The first fault counts; what
/// is read after it has no meaning.
/// </summary>
internal sealed partial class MemberReader
{
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

    private void RefuseName(ReadOnlySpan<byte> name) => Fault ??= new Reject(
        PostgresErrorCodes.UndefinedColumn, null, $"a {_noun} has no member '{Shown(name)}'");
}
