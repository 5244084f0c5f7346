using System.Globalization;
using System.Text.Json;

namespace PhotoLambda.Local.Chaos;

/// <summary>Reads what is to go wrong from JSON, and says all that is wrong with that.</summary>
/// <param name="queues">The logical ids that there are.</param>
/// <param name="functions">The logical ids of those whose processes can be killed.</param>
internal sealed class ChaosReader(IReadOnlyCollection<string> queues, IReadOnlyCollection<string> functions)
{
    private const int LongestTime = 900_000;
    private const int MostKills = 1_000_000;

    /// <summary>What is wrong, by the name of the field.</summary>
    public SortedDictionary<string, string> Errors { get; } = new(StringComparer.Ordinal);

    /// <returns>Null when the object is empty, or when there are <see cref="Errors"/>.</returns>
    public ChaosSettings? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (Members(
                "body", json.RootElement,
                "seed", "queues", "duplicates", "reorder", "delay_ms", "drop_events", "kill") is not { } members)
            {
                return null;
            }

            var settings = new ChaosSettings(
                Number("seed", members, 0, int.MaxValue) ?? Random.Shared.Next(),
                members.TryGetValue("queues", out var named) ? Queues(named) : null,
                Share("duplicates", "duplicates", members) ?? 0,
                Share("reorder", "reorder", members) ?? 0,
                members.TryGetValue("delay_ms", out var delay) ? Delay(delay) : null,
                Share("drop_events", "drop_events", members) ?? 0,
                members.TryGetValue("kill", out var kill) ? Kill(kill) : null);
            return Errors.Count == 0 && members.Count > 0 ? settings : null;
        }
        catch (JsonException e)
        {
            Errors["body"] = $"is not JSON: {e.Message}";
            return null;
        }
    }

    private ChaosDelay? Delay(JsonElement delay) =>
        Members("delay_ms", delay, "share", "most") is { } members
        && Required("delay_ms.share", Share("share", "delay_ms.share", members)) is { } share
        && Required("delay_ms.most", Number("most", members, 1, LongestTime, "delay_ms.most")) is { } most
            ? new ChaosDelay(share, most)
            : null;

    private ChaosKill? Kill(JsonElement kill)
    {
        if (Members("kill", kill, "function", "after_ms", "times", "share") is not { } members)
        {
            return null;
        }

        // A function that is attached belongs to whoever started it.
        var function = members.TryGetValue("function", out var named) && named.ValueKind == JsonValueKind.String
            ? named.GetString()!
            : "";
        if (!functions.Contains(function))
        {
            Errors["kill.function"] = $"must be the logical id of a function that the local cloud started "
                + $"({string.Join(", ", functions)}); it is {Shown(members, "function")}";
        }

        var after = members.TryGetValue("after_ms", out var range) ? Times(range) : [];
        if (after is not [var earliest, var latest] || earliest > latest)
        {
            Errors["kill.after_ms"] = $"must be [earliest, latest], in order and each a whole number from 0 to "
                + $"{LongestTime}; it is {Shown(members, "after_ms")}";
            return null;
        }

        return Required("kill.times", Number("times", members, 1, MostKills, "kill.times")) is { } times
            ? new ChaosKill(function, earliest, latest, times, Share("share", "kill.share", members))
            : null;
    }

    private string[]? Queues(JsonElement named)
    {
        var ids = named.ValueKind == JsonValueKind.Array
            ? named.EnumerateArray().Select(q => q.ValueKind == JsonValueKind.String ? q.GetString()! : "").ToArray()
            : [];
        if (ids.Length > 0 && ids.All(queues.Contains))
        {
            return ids;
        }

        Errors["queues"] =
            $"must be a list of logical ids of queues ({string.Join(", ", queues)}); it is {Shown(named)}";
        return null;
    }

    /// <returns>Null when it is no object.</returns>
    private Dictionary<string, JsonElement>? Members(string field, JsonElement json, params string[] known)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Errors[field] = $"must be an object; it is {Shown(json)}";
            return null;
        }

        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            var name = field == "body" ? member.Name : $"{field}.{member.Name}";
            if (!known.Contains(member.Name))
            {
                Errors[name] = $"is not known here; there are {string.Join(", ", known)}";
            }
            else if (!members.TryAdd(member.Name, member.Value))
            {
                Errors[name] = "is given more than once";
            }
        }

        return members;
    }

    private double? Share(string name, string field, Dictionary<string, JsonElement> members)
    {
        if (!members.TryGetValue(name, out var json))
        {
            return null;
        }

        if (json.ValueKind == JsonValueKind.Number && json.GetDouble() is >= 0 and <= 1 and var share)
        {
            return share;
        }

        Errors[field] = $"must be a share, a number from 0 to 1; it is {Shown(json)}";
        return null;
    }

    private int? Number(
        string name, Dictionary<string, JsonElement> members, int minimum, int maximum, string? field = null)
    {
        if (!members.TryGetValue(name, out var json))
        {
            return null;
        }

        if (json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var number)
            && number >= minimum && number <= maximum)
        {
            return number;
        }

        Errors[field ?? name] = string.Create(
            CultureInfo.InvariantCulture, $"must be a whole number from {minimum} to {maximum}; it is {Shown(json)}");
        return null;
    }

    private T? Required<T>(string field, T? value) where T : struct
    {
        if (value is null)
        {
            Errors.TryAdd(field, "is missing");
        }

        return value;
    }

    private static int[] Times(JsonElement range) => range.ValueKind == JsonValueKind.Array
        ? [.. range.EnumerateArray().Select(t =>
            t.ValueKind == JsonValueKind.Number && t.TryGetInt32(out var time) && time <= LongestTime ? time : -1)
            .Where(t => t >= 0)]
        : [];

    private static string Shown(Dictionary<string, JsonElement> members, string name) =>
        members.TryGetValue(name, out var json) ? Shown(json) : "missing";

    private static string Shown(JsonElement json) =>
        json.GetRawText() is { Length: > 100 } text ? text[..100] + "…" : json.GetRawText();
}
