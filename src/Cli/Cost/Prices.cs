using System.Text.Json;

namespace PhotoLambda.Cli.Cost;

/// <summary>A file of prices: the one that is built in, or an edited copy of it.</summary>
internal sealed class Prices
{
    private const string BuiltIn = "cost/prices.json";
    private const decimal Highest = 1_000_000;
    private const decimal MostUnits = 1_000_000_000_000_000;

    private static readonly string[] Members = ["unit", "usd", "above", "source", "seen", "verified"];

    private readonly Dictionary<string, Price> _prices = new(StringComparer.Ordinal);

    private Prices(string region) => Region = region;

    public string Region { get; }

    public IEnumerable<Price> Unverified => _prices.Values.Where(p => !p.IsVerified);

    public Price this[string name] => _prices[name];

    /// <param name="file">Null: the built-in prices.</param>
    /// <exception cref="FormatException">Names the file, the field, its limits and the value.</exception>
    public static Prices Read(string? file)
    {
        var builtIn = Parse("the built-in prices", Text(), null);
        return file is null ? builtIn : Parse(Shown.Text(file), File.ReadAllText(file), builtIn);
    }

    /// <summary>The built-in file, as it is to be edited.</summary>
    public static string Text()
    {
        using var reader = new StreamReader(typeof(Prices).Assembly.GetManifestResourceStream(BuiltIn)!);
        return reader.ReadToEnd();
    }

    private static Prices Parse(string file, string text, Prices? known)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var reader = new PriceFile(file);
            var root = reader.Object(json.RootElement, "the file", ["version", "region", "prices"]);
            reader.Number(root["version"], "version", 1, 1);
            var prices = new Prices(reader.Text(root["region"], "region"));
            string[]? names = known is null ? null : [.. known._prices.Keys];
            foreach (var (name, value) in reader.Object(root["prices"], "prices", names))
            {
                prices._prices.Add(name, ReadPrice(reader, value, name, known?[name].Unit));
            }

            return prices;
        }
        catch (JsonException e)
        {
            throw new FormatException($"{file}: no JSON: {Shown.Text(e.Message)}");
        }
    }

    private static Price ReadPrice(PriceFile file, JsonElement value, string name, string? unit)
    {
        var path = $"prices.{name}";
        var members = file.Object(value, path, Members, "above");
        var given = file.Text(members["unit"], $"{path}.unit");
        if (unit is not null && given != unit)
        {
            throw file.Wrong($"{path}.unit", $"'{unit}', in which quantities are counted", $"'{Shown.Text(given)}'");
        }

        // Who edits a price is to say where it is from.
        file.Text(members["source"], $"{path}.source");
        file.Text(members["seen"], $"{path}.seen");
        return new Price(
            name, given, file.Number(members["usd"], $"{path}.usd", 0, Highest),
            members.TryGetValue("above", out var above) ? ReadSteps(file, above, $"{path}.above") : [],
            file.Flag(members["verified"], $"{path}.verified"));
    }

    private static PriceStep[] ReadSteps(PriceFile file, JsonElement value, string path)
    {
        var steps = new List<PriceStep>();
        foreach (var (item, i) in file.Array(value, path).Select((item, i) => (item, i)))
        {
            var members = file.Object(item, $"{path}[{i}]", ["from", "usd"]);
            var least = steps.Count == 0 ? 0 : steps[^1].From;
            var from = file.Number(members["from"], $"{path}[{i}].from", least, MostUnits);
            steps.Add(new PriceStep(from, file.Number(members["usd"], $"{path}[{i}].usd", 0, Highest)));
        }

        return [.. steps];
    }
}
