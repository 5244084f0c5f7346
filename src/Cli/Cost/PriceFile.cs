using System.Globalization;
using System.Text.Json;

namespace PhotoLambda.Cli.Cost;

/// <summary>Reads the members of a file of prices, strictly.</summary>
/// <exception cref="FormatException">Of each: names the file, the field, its limits and the value.</exception>
internal sealed class PriceFile(string name)
{
    private const int LongestShown = 60;

    /// <param name="members">Those that there must be, and no others; null: any.</param>
    /// <param name="optional">One of them that may be missing.</param>
    public Dictionary<string, JsonElement> Object(
        JsonElement value, string path, string[]? members, string? optional = null)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(path, "an object", Text(value));
        }

        var found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            if (members is not null && !members.Contains(member.Name))
            {
                throw new FormatException($"{name}: {path} has a member '{Shown.Text(member.Name)}', which there is "
                    + $"not; there are {string.Join(", ", members)}.");
            }

            if (!found.TryAdd(member.Name, member.Value))
            {
                throw new FormatException($"{name}: {path} has '{Shown.Text(member.Name)}' twice.");
            }
        }

        return members?.FirstOrDefault(m => m != optional && !found.ContainsKey(m)) is { } missing
            ? throw new FormatException($"{name}: {path} lacks '{missing}'.")
            : found;
    }

    public IEnumerable<JsonElement> Array(JsonElement value, string path) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray()
        : throw Wrong(path, "an array", Text(value));

    public decimal Number(JsonElement value, string path, decimal least, decimal most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number)
        && number >= least && number <= most
            ? number
            : throw Wrong(path, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"),
                Text(value));

    public string Text(JsonElement value, string path) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= 500 } text
            ? text
            : throw Wrong(path, "a text of 1 to 500 characters", Text(value));

    public bool Flag(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(path, "true or false", Text(value)),
    };

    public FormatException Wrong(string path, string limit, string value) =>
        new($"{name}: {path} must be {limit}; it was {value}.");

    private static string Text(JsonElement value)
    {
        var text = Shown.Text(value.GetRawText().ReplaceLineEndings(" "));
        return text.Length > LongestShown ? text[..LongestShown] + "…" : text;
    }
}
