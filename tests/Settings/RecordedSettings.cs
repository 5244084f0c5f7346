using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace PhotoLambda.Tests;

/// <summary>Settings that remember which of them were asked for.</summary>
internal sealed class RecordedSettings(IReadOnlyDictionary<string, string?> settings)
    : IReadOnlyDictionary<string, string?>
{
    /// <summary>Names, also of those that are not set.</summary>
    public HashSet<string> Asked { get; } = new(StringComparer.Ordinal);

    public IEnumerable<string> Keys => settings.Keys;

    public IEnumerable<string?> Values => settings.Values;

    public int Count => settings.Count;

    public string? this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException(key);

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string? value)
    {
        Asked.Add(key);
        return settings.TryGetValue(key, out value);
    }

    public IEnumerator<KeyValuePair<string, string?>> GetEnumerator() => settings.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
