using System.Diagnostics.CodeAnalysis;
using PhotoLambda.S3;

namespace PhotoLambda.Local.S3;

/// <summary>The index of one bucket, in memory. Its owner holds the lock.</summary>
internal sealed class Bucket(string name, DateTimeOffset created)
{
    private readonly Dictionary<string, StoredObject> _objects = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _keys = new(KeyOrder.Instance);

    public string Name { get; } = name;

    public DateTimeOffset Created { get; } = created;

    /// <summary>Of all objects together.</summary>
    public long Bytes { get; private set; }

    public IReadOnlyCollection<StoredObject> Objects => _objects.Values;

    public StoredObject? Find(string key) => _objects.GetValueOrDefault(key);

    public void Put(StoredObject item)
    {
        Remove(item.Key, out _);
        _objects.Add(item.Key, item);
        _keys.Add(item.Key);
        Bytes += item.Size;
    }

    public bool Remove(string key, [NotNullWhen(true)] out StoredObject? removed)
    {
        if (!_objects.Remove(key, out removed))
        {
            return false;
        }

        _keys.Remove(key);
        Bytes -= removed.Size;
        return true;
    }

    public ListPage List(ListQuery query)
    {
        var objects = new List<StoredObject>();
        var prefixes = new List<string>();
        var position = KeyOrder.Instance.Compare(query.After, query.Prefix) < 0 ? query.Prefix : query.After + '\0';
        string? last = null;
        while (FirstFrom(position) is { } key && key.StartsWith(query.Prefix, StringComparison.Ordinal))
        {
            var rolled = query.Roll(key);
            if (rolled is not null && (rolled == query.After || rolled == last))
            {
                position = key + '\0';
                continue;
            }

            if (objects.Count + prefixes.Count == query.MaxKeys)
            {
                return new(objects, prefixes, last);
            }

            if (rolled is null)
            {
                objects.Add(_objects[key]);
            }
            else
            {
                prefixes.Add(rolled);
            }

            // All that is rolled into the prefix is skipped at once.
            position = rolled is null ? key + '\0' : rolled + "\U0010FFFF";
            last = rolled ?? key;
        }

        return new(objects, prefixes, null);
    }

    private string? FirstFrom(string start) =>
        _keys.Max is { } end && KeyOrder.Instance.Compare(start, end) <= 0
            ? _keys.GetViewBetween(start, end).Min
            : null;
}

/// <param name="After">Keys up to and including this one are left out; so is a common prefix equal to it.</param>
/// <param name="Delimiter">Empty: none.</param>
internal sealed record ListQuery(string Prefix, string Delimiter, string After, int MaxKeys)
{
    /// <returns>The common prefix that the key is listed under; null when it is listed itself.</returns>
    public string? Roll(string key)
    {
        var cut = Delimiter.Length == 0 ? -1 : key.IndexOf(Delimiter, Prefix.Length, StringComparison.Ordinal);
        return cut < 0 ? null : key[..(cut + Delimiter.Length)];
    }
}

/// <param name="Last">The last key or prefix when there is more to list, else null.</param>
internal sealed record ListPage(
    IReadOnlyList<StoredObject> Objects, IReadOnlyList<string> CommonPrefixes, string? Last);
