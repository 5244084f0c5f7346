using System.Text.Json;

namespace PhotoLambda.Local.Cdn;

/// <summary>Reads how ImageKit is to fail from JSON, and says all that is wrong with that.</summary>
internal sealed class FaultReader
{
    private const int MostTimes = 1_000_000;
    private const int LongestRetryAfter = 3_600;

    private static readonly string[] Known =
    [
        "share", "seed", "kind", "status", "retry_after_seconds", "rate_limit_reset_ms", "calls", "times", "when",
    ];

    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);

    /// <summary>What is wrong, by the name of the field.</summary>
    public SortedDictionary<string, string> Errors { get; } = new(StringComparer.Ordinal);

    /// <returns>Null when the object is empty, or when there are <see cref="Errors"/>.</returns>
    public FaultSettings? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                Errors["body"] = $"must be an object; it is {Shown(json.RootElement)}";
                return null;
            }

            Take(json.RootElement);
            if (_members.Count == 0)
            {
                return null;
            }

            var kind = Enum.Parse<FaultKind>(Word("kind", "status", "hang", "reset", "html", "empty"), true);
            var settings = new FaultSettings(
                Number("seed", 0, int.MaxValue) ?? Random.Shared.Next(), Share(), kind, Status(kind),
                Number("retry_after_seconds", 0, LongestRetryAfter),
                Number("rate_limit_reset_ms", 0, LongestRetryAfter * 1_000),
                Word("calls", ["all", .. ImageKitCall.All]) is var calls and not "all" ? calls : null,
                Number("times", 1, MostTimes), Word("when", "before", "after") == "after");
            return Errors.Count == 0 ? settings : null;
        }
        catch (JsonException e)
        {
            Errors["body"] = $"is not JSON: {e.Message}";
            return null;
        }
    }

    private void Take(JsonElement json)
    {
        foreach (var member in json.EnumerateObject())
        {
            if (!Known.Contains(member.Name))
            {
                Errors[member.Name] = $"is not known here; there are {string.Join(", ", Known)}";
            }
            else if (!_members.TryAdd(member.Name, member.Value))
            {
                Errors[member.Name] = "is given more than once";
            }
        }
    }

    /// <summary>An answer that fails for what it has, not for its status, may look like a good one.</summary>
    private int Status(FaultKind kind)
    {
        if (kind is FaultKind.Hang or FaultKind.Reset && _members.ContainsKey("status"))
        {
            Errors["status"] = $"is of no use with kind {kind.ToString().ToLowerInvariant()}";
        }

        return kind == FaultKind.Status ? Number("status", 400, 599) ?? 503 : Number("status", 200, 599) ?? 200;
    }

    private double Share()
    {
        if (!_members.TryGetValue("share", out var json))
        {
            return 1;
        }

        if (json.ValueKind == JsonValueKind.Number && json.GetDouble() is >= 0 and <= 1 and var share)
        {
            return share;
        }

        Errors["share"] = $"must be a share, a number from 0 to 1; it is {Shown(json)}";
        return 0;
    }

    private int? Number(string name, int minimum, int maximum)
    {
        if (!_members.TryGetValue(name, out var json)
            || (json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var number)
                && number >= minimum && number <= maximum))
        {
            return json.ValueKind == JsonValueKind.Number ? json.GetInt32() : null;
        }

        Errors[name] = $"must be a whole number from {minimum} to {maximum}; it is {Shown(json)}";
        return null;
    }

    /// <param name="words">The first is the usual one.</param>
    private string Word(string name, params string[] words)
    {
        if (!_members.TryGetValue(name, out var json))
        {
            return words[0];
        }

        if (json.ValueKind == JsonValueKind.String && words.Contains(json.GetString()))
        {
            return json.GetString()!;
        }

        Errors[name] = $"must be one of {string.Join(", ", words)}; it is {Shown(json)}";
        return words[0];
    }

    private static string Shown(JsonElement json) =>
        json.GetRawText() is { Length: > 100 } text ? text[..100] + "…" : json.GetRawText();
}
