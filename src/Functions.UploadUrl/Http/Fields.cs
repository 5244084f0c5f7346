using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>
/// The members of a JSON object or the parameters of a query, each read with its limits; what breaks one is
/// collected, not thrown. The same calls, made without an object, describe what they would read.
/// </summary>
internal sealed class Fields
{
    private const int MostErrors = 100;

    private readonly Dictionary<string, JsonElement> _members = [];
    private readonly List<FieldError> _errors;
    private readonly SchemaRecorder? _recorder;
    private readonly string _prefix;

    /// <summary>The names that were asked for so far, of a query.</summary>
    private readonly List<string>? _asked;

    public Fields(JsonElement @object) : this(@object, "", [])
    {
    }

    private Fields(JsonElement @object, string prefix, List<FieldError> errors, bool isQuery = false)
    {
        (_prefix, _errors, _asked) = (prefix, errors, isQuery ? [] : null);
        foreach (var member in @object.EnumerateObject())
        {
            if (!TryGetText(() => member.Name, out var name))
            {
                Refuse("(a member's name)", "text that Unicode can express", "a lone surrogate");
            }
            else if (!_members.TryAdd(name, member.Value))
            {
                // Two members of one name are read differently by different parsers: nobody can mean it.
                Refuse(name, "given once", "given twice");
            }
        }
    }

    private Fields(SchemaRecorder recorder) => (_recorder, _errors, _prefix) = (recorder, [], "");

    public IReadOnlyList<FieldError> Errors => _errors;

    private bool IsQuery => _asked is not null;

    /// <summary>
    /// Hands the parameters of a query to <paramref name="read"/>; each is text, from which numbers are read. Those
    /// that it does not ask for are refused: a list whose filter is misspelt would have everything.
    /// </summary>
    /// <returns>The value, good only without a problem.</returns>
    public static (T Value, Problem? Problem) ReadQuery<T>(HttpContext http, Func<Fields, T> read)
    {
        var fields = OfQuery(http.Request.Query);
        var value = read(fields);
        var limit = $"absent: what may be here is {string.Join(", ", fields._asked!)}";
        foreach (var (name, element) in fields._members.Where(m => !fields._asked!.Contains(m.Key)))
        {
            fields.Refuse(Visible(name), limit, $"\"{Visible(element.GetString()!)}\"");
        }

        return (value, fields.Errors.Count > 0 ? Problems.Invalid(fields.Errors) : null);
    }

    private static Fields OfQuery(IQueryCollection query)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in query.SelectMany(p => p.Value, (p, value) => (p.Key, value)))
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.ToArray());
        return new Fields(document.RootElement.Clone(), "", [], isQuery: true);
    }

    /// <returns>The JSON Schema of what <paramref name="read"/> reads.</returns>
    public static JsonObject Describe(Action<Fields> read)
    {
        var recorder = new SchemaRecorder();
        read(new Fields(recorder));
        return recorder.ToSchema();
    }

    /// <summary>Adds an error of the caller's own finding; beyond the first 100 nobody reads them.</summary>
    public void Refuse(string field, string limit, string? value)
    {
        // An answer must not be many times as long as its request: a function's may have 6 MB.
        if (_errors.Count < MostErrors)
        {
            _errors.Add(new FieldError(_prefix + field, limit, value));
        }
    }

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

    /// <summary>An array of texts that all satisfy <paramref name="isFit"/>; empty when missing.</summary>
    /// <param name="longest">Of each, in Unicode code points; described by <paramref name="each"/>.</param>
    public string[] Texts(
        string field, int most, int longest, Func<string, bool> isFit, string each, int least = 0,
        bool required = false)
    {
        var limit = $"an array of {(least == 0 ? "at most" : $"{least} to")} {most}, each {each}";
        if (FindArray(field, least, most, required, limit, () => Schema.Text(each, longest)) is not { } array)
        {
            return [];
        }

        var texts = new List<string>();
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && TryGetText(item.GetString, out var text) && isFit(text))
            {
                texts.Add(text);
                continue;
            }

            var other = item.ValueKind == JsonValueKind.String ? "another text" : Kind(item);
            Refuse(field, limit, $"an array with {other}");
            return [];
        }

        return [.. texts];
    }

    /// <summary>A required array of 1 to <paramref name="count"/> different whole numbers.</summary>
    /// <returns>Empty when an error was left.</returns>
    public int[] Numbers(string field, int count, int least, int most)
    {
        var limit = $"an array of 1 to {count} different whole numbers from {least} to {most}";
        if (FindArray(field, 1, count, required: true, limit, () => Schema.Integer(null, least, most)) is not { } array)
        {
            return [];
        }

        var numbers = new List<int>();
        foreach (var item in array.EnumerateArray())
        {
            var isNumber = item.ValueKind == JsonValueKind.Number;
            if (!isNumber || !item.TryGetInt32(out var number) || number < least || number > most
                || numbers.Contains(number))
            {
                Refuse(field, limit, $"an array with {(isNumber ? item.GetRawText() : Kind(item))}");
                return [];
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    /// <summary>A member that is an object; its errors name its members as <c>field.member</c>.</summary>
    /// <returns>What <paramref name="read"/> makes of it; null when it is missing, or no object.</returns>
    public T? Object<T>(string field, Func<Fields, T> read, bool required = false) where T : class
    {
        const string Limit = "an object";
        if (Find(field, required, Limit, () => Describe(f => read(f))) is not { } element)
        {
            return null;
        }

        if (element.ValueKind == JsonValueKind.Object)
        {
            return read(new Fields(element, $"{_prefix}{field}.", _errors));
        }

        Refuse(field, Limit, Kind(element));
        return null;
    }

    /// <summary>
    /// An array of objects, each of which stands or falls by itself: their errors are not those of the whole.
    /// </summary>
    public IReadOnlyList<(T? Value, IReadOnlyList<FieldError> Errors)> Items<T>(
        string field, int least, int most, Func<Fields, T> read) where T : class
    {
        var limit = $"an array of {least} to {most} objects";
        if (FindArray(field, least, most, required: true, limit, () => Describe(f => read(f))) is not { } array)
        {
            return [];
        }

        return [.. array.EnumerateArray().Select(item => ReadItem(field, item, read))];
    }

    /// <returns>The member's raw JSON when it is an array or object of at most that many bytes; else null.</returns>
    public string? Json(string field, JsonValueKind kind, int longest)
    {
        var limit = $"an {kind.ToString().ToLowerInvariant()} of at most {longest} bytes";
        if (Find(field, required: false, limit, () => Schema.OfKind(kind, limit)) is not { } element)
        {
            return null;
        }

        var raw = element.GetRawText();
        var length = Encoding.UTF8.GetByteCount(raw);
        if (element.ValueKind == kind && length <= longest)
        {
            return raw;
        }

        Refuse(field, limit, element.ValueKind == kind ? $"{length} bytes long" : Kind(element));
        return null;
    }

    /// <summary>The phrase "a, b or c".</summary>
    public static string OneOf(IReadOnlyList<string> choices) => choices.Count == 1
        ? choices[0]
        : $"{string.Join(", ", choices.Take(choices.Count - 1))} or {choices[^1]}";

    public static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };

    /// <summary>Control characters as escapes, so that a message can show them.</summary>
    public static string Visible(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()));

    private static (T?, IReadOnlyList<FieldError>) ReadItem<T>(string field, JsonElement item, Func<Fields, T> read)
        where T : class
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            return (null, [new FieldError(field, "an array of objects", $"an array with {Kind(item)}")]);
        }

        var fields = new Fields(item);
        var value = read(fields);
        return fields.Errors.Count > 0 ? (null, fields.Errors) : (value, []);
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

    private JsonElement? FindArray(
        string field, int least, int most, bool required, string limit, Func<JsonObject> describeItem)
    {
        if (Find(field, required, limit, () => Schema.Array(describeItem(), least, most)) is not { } element)
        {
            return null;
        }

        if (element.ValueKind == JsonValueKind.Array
            && element.GetArrayLength() >= least && element.GetArrayLength() <= most)
        {
            return element;
        }

        Refuse(field, limit, element.ValueKind == JsonValueKind.Array
            ? $"an array of {element.GetArrayLength()}"
            : Kind(element));
        return null;
    }

    /// <returns>Null when the member is missing or null; an error is left when it is required.</returns>
    private JsonElement? Find(string field, bool required, string limit, Func<JsonObject> describe)
    {
        if (_recorder is not null)
        {
            _recorder.Add(field, required, describe());
            return null;
        }

        _asked?.Add(field);
        if (_members.TryGetValue(field, out var element) && element.ValueKind != JsonValueKind.Null)
        {
            return element;
        }

        if (required)
        {
            Refuse(field, limit, element.ValueKind == JsonValueKind.Null ? "null" : null);
        }

        return null;
    }

    private static bool TryGetText(Func<string?> get, out string text)
    {
        try
        {
            text = get()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate, as in "\ud800": JSON allows it, UTF-8 has no bytes for it.
            text = "";
            return false;
        }
    }
}
