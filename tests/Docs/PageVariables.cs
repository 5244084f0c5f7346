using System.Text.Json;
using System.Text.RegularExpressions;

namespace PhotoLambda.Tests;

/// <summary>
/// What the names with a <c>$</c> in a page stand for: the first answer that shows one sets it, requests use it, later
/// answers must agree. In an answer "…" stands for any text, and a member of that name for further members.
/// </summary>
internal sealed partial class PageVariables
{
    private const string Anything = "…";
    private readonly Dictionary<string, string> _values = [];

    public string this[string name] { set => _values[name] = value; }

    /// <exception cref="KeyNotFoundException">A name that no answer has shown.</exception>
    public string Fill(string text) => Name().Replace(text, m => _values[m.Value]);

    /// <returns>Where the answer is not as the page shows it; null when it is.</returns>
    public string? Difference(JsonElement shown, JsonElement answered, string place = "$")
    {
        if (shown.ValueKind == JsonValueKind.Object && answered.ValueKind == JsonValueKind.Object)
        {
            return DifferenceOfObjects(shown, answered, place);
        }

        if (shown.ValueKind == JsonValueKind.Array && answered.ValueKind == JsonValueKind.Array)
        {
            return shown.GetArrayLength() != answered.GetArrayLength()
                ? $"{place} has {answered.GetArrayLength()} items"
                : shown.EnumerateArray().Zip(answered.EnumerateArray())
                    .Select((pair, i) => Difference(pair.First, pair.Second, $"{place}[{i}]"))
                    .FirstOrDefault(d => d is not null);
        }

        var same = shown.ValueKind == JsonValueKind.String
            ? Fits(shown.GetString()!, answered)
            : JsonElement.DeepEquals(shown, answered);
        return same ? null : $"{place} is {answered} and not {shown}";
    }

    private string? DifferenceOfObjects(JsonElement shown, JsonElement answered, string place)
    {
        var names = shown.EnumerateObject().Select(m => m.Name).ToHashSet();
        var surplus = names.Contains(Anything)
            ? []
            : answered.EnumerateObject().Select(m => m.Name).Where(n => !names.Contains(n)).ToList();
        if (surplus.Count > 0)
        {
            return $"{place} has {string.Join(", ", surplus)} as well";
        }

        return shown.EnumerateObject().Where(m => m.Name != Anything)
            .Select(m => answered.TryGetProperty(m.Name, out var value)
                ? Difference(m.Value, value, $"{place}.{m.Name}")
                : $"{place}.{m.Name} is missing")
            .FirstOrDefault(d => d is not null);
    }

    private bool Fits(string shown, JsonElement answered)
    {
        var text = answered.ValueKind == JsonValueKind.String ? answered.GetString()! : answered.GetRawText();
        if (Name().Match(shown) is { Success: true } name && name.Length == shown.Length)
        {
            return _values.TryAdd(shown, text) || _values[shown] == text;
        }

        var pattern = string.Join(".*", Fill(shown).Split(Anything).Select(Regex.Escape));
        return Regex.IsMatch(text, $"^{pattern}$", RegexOptions.Singleline);
    }

    [GeneratedRegex(@"\$[A-Z][A-Z0-9_]*")]
    private static partial Regex Name();
}
