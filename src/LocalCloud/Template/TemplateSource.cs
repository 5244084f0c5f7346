namespace PhotoLambda.Local.Template;

/// <summary>The template's name, for messages that say where a mistake is and what to do about it.</summary>
internal sealed record TemplateSource(string File)
{
    public LocalCloudException Error(Place place, string message) => new($"{Locate(place)}: {message}");

    /// <returns>File, line, column and path.</returns>
    public string Locate(Place place) => $"{File}({place.Line},{place.Column})"
        + (place.Path.Length == 0 ? "" : $": {place.Path}");

    public LocalCloudException Error(Node node, string message) => Error(node.Place, message);

    /// <summary>A hint with the nearest known name, or all of them when none is near.</summary>
    public static string Suggest(string name, IEnumerable<string> known)
    {
        var nearest = known.Select(k => (Name: k, Distance: Distance(name, k))).OrderBy(k => k.Distance).ToList();
        return nearest.Count > 0 && nearest[0].Distance <= Math.Max(2, name.Length / 4)
            ? $"did you mean '{nearest[0].Name}'?"
            : $"known are: {string.Join(", ", nearest.Select(k => k.Name).Order(StringComparer.Ordinal))}.";
    }

    /// <summary>Levenshtein's distance, case ignored.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]);
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1)));
            }
        }

        return row[b.Length];
    }
}
