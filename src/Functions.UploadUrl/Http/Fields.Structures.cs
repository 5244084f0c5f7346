using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Http;

/// <content>Members that are arrays or objects.</content>
internal sealed partial class Fields
{
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
    public int[] Numbers(string field, int count, int least, int most) =>
        ReadNumbers(field, 1, count, (least, most), required: true) ?? [];

    /// <summary>An array of at most <paramref name="count"/> different whole numbers.</summary>
    /// <returns>Null when it is missing, or an error was left.</returns>
    public int[]? OptionalNumbers(string field, int count, int least, int most) =>
        ReadNumbers(field, 0, count, (least, most), required: false);

    /// <summary>A member that is an object; its errors name its members as <c>field.member</c>.</summary>
    /// <returns>What <paramref name="read"/> makes of it; null when it is missing, or no object.</returns>
    public T? Object<T>(string field, Func<Fields, T> read, bool required = false) where T : class
    {
        const string Limit = "an object";
        if (Find(field, required, Limit, () => Describe(f => read(f), _recorder!.Components)) is not { } element)
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
        JsonObject DescribeItem() => Describe(f => read(f), _recorder!.Components);
        if (FindArray(field, least, most, required: true, limit, DescribeItem) is not { } array)
        {
            return [];
        }

        return [.. array.EnumerateArray().Select(item => ReadItem(field, item, read))];
    }

    /// <summary>A required array of objects that are handed on as they came.</summary>
    /// <param name="longest">Bytes of each.</param>
    /// <param name="shape">What is said of them; it is not compared with them.</param>
    /// <returns>The JSON of each; empty when there is no such array.</returns>
    public string[] RawObjects(string field, int most, int longest, NamedSchema shape)
    {
        var limit = $"an array of 1 to {most} objects";
        if (FindArray(field, 1, most, required: true, limit, () => _recorder!.Components.Refer(shape)) is not { } array)
        {
            return [];
        }

        var objects = new List<string>(array.GetArrayLength());
        foreach (var item in array.EnumerateArray())
        {
            var raw = item.GetRawText();
            var length = Encoding.UTF8.GetByteCount(raw);
            if (item.ValueKind != JsonValueKind.Object || length > longest)
            {
                Refuse($"{field}.{objects.Count}", $"an object of at most {longest} bytes",
                    item.ValueKind == JsonValueKind.Object ? $"{length} bytes long" : Kind(item));
            }

            objects.Add(raw);
        }

        return [.. objects];
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

    private int[]? ReadNumbers(string field, int fewest, int most, (int Least, int Most) each, bool required)
    {
        var limit = $"an array of {(fewest == 0 ? "at most" : $"{fewest} to")} {most} different whole numbers "
            + $"from {each.Least} to {each.Most}";
        if (FindArray(field, fewest, most, required, limit, () => Schema.Integer(null, each.Least, each.Most))
            is not { } array)
        {
            return null;
        }

        var numbers = new List<int>();
        foreach (var item in array.EnumerateArray())
        {
            var isNumber = item.ValueKind == JsonValueKind.Number;
            if (!isNumber || !item.TryGetInt32(out var number) || number < each.Least || number > each.Most
                || numbers.Contains(number))
            {
                Refuse(field, limit, $"an array with {(isNumber ? item.GetRawText() : Kind(item))}");
                return null;
            }

            numbers.Add(number);
        }

        return [.. numbers];
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
}
