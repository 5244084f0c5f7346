using System.Text.Json;
using System.Text.Json.Nodes;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>
/// The members of a JSON object or the parameters of a query, each read with its limits; what breaks one is
/// collected, not thrown. The same calls, made without an object, describe what they would read.
/// </summary>
internal sealed partial class Fields
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

    /// <param name="components">Where the schemas stand that have names.</param>
    /// <returns>The JSON Schema of what <paramref name="read"/> reads.</returns>
    public static JsonObject Describe(Action<Fields> read, Components components)
    {
        var recorder = new SchemaRecorder(components);
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
