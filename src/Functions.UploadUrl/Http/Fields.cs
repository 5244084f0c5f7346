using System.Text;
using System.Text.Json;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>
/// The members of a JSON object, each read with its limits; what breaks one is collected, not thrown.
/// </summary>
internal sealed class Fields
{
    private readonly Dictionary<string, JsonElement> _members = [];
    private readonly List<FieldError> _errors = [];

    public Fields(JsonElement @object)
    {
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

    public IReadOnlyList<FieldError> Errors => _errors;

    /// <summary>Adds an error of the caller's own finding.</summary>
    public void Refuse(string field, string limit, string? value) => _errors.Add(new FieldError(field, limit, value));

    /// <param name="longest">In Unicode code points, as PostgreSQL counts characters.</param>
    /// <param name="isFit">A further condition, described by <paramref name="limit"/>.</param>
    public string? Text(
        string field, int longest, bool required = false, Func<string, bool>? isFit = null, string? limit = null)
    {
        limit ??= $"text of 1 to {longest} characters";
        if (Find(field, required, limit) is not { } element)
        {
            return null;
        }

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

    public long Integer(string field, long least, long most, string unit)
    {
        var limit = $"a whole number from {least} to {most} {unit}";
        if (Find(field, required: true, limit) is not { } element)
        {
            return 0;
        }

        if (element.ValueKind == JsonValueKind.Number
            && element.TryGetInt64(out var number) && number >= least && number <= most)
        {
            return number;
        }

        Refuse(field, limit, element.ValueKind == JsonValueKind.Number ? element.GetRawText() : Kind(element));
        return 0;
    }

    public Guid Uuid(string field)
    {
        var text = Text(field, 36, required: true, t => Guid.TryParseExact(t, "D", out _), "a UUID");
        return text is null ? Guid.Empty : Guid.ParseExact(text, "D");
    }

    /// <summary>An array of texts that all satisfy <paramref name="isFit"/>; empty when missing.</summary>
    public string[] Texts(string field, int most, Func<string, bool> isFit, string each)
    {
        var limit = $"an array of at most {most}, each {each}";
        if (Find(field, required: false, limit) is not { } element)
        {
            return [];
        }

        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() > most)
        {
            Refuse(field, limit, element.ValueKind == JsonValueKind.Array
                ? $"an array of {element.GetArrayLength()}"
                : Kind(element));
            return [];
        }

        var texts = new List<string>();
        foreach (var item in element.EnumerateArray())
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

    /// <returns>The member's raw JSON when it is an array or object of at most that many bytes; else null.</returns>
    public string? Json(string field, JsonValueKind kind, int longest)
    {
        var limit = $"an {kind.ToString().ToLowerInvariant()} of at most {longest} bytes";
        if (Find(field, required: false, limit) is not { } element)
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

    public static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };

    /// <returns>Null when the member is missing or null; an error is left when it is required.</returns>
    private JsonElement? Find(string field, bool required, string limit)
    {
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

    private static string Visible(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()));
}
