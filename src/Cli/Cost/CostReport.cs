using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PhotoLambda.Cli.Cost;

/// <summary>A bill for people and for programs.</summary>
internal sealed class CostReport(Workload work, Assumptions assumed, Prices prices)
{
    private const string NotCounted = "free tier, tax, savings plans, ImageKit's own price, detectors, logs of "
        + "PostgreSQL, storage of logs, invalidations and mails";

    // Photos come evenly: on the average half of the first month's are there.
    private readonly IReadOnlyList<CostLine> _first = Bill.Of(work, assumed, prices, 0.5m);
    private readonly IReadOnlyList<CostLine> _lines = Bill.Of(work, assumed, prices, work.MonthsKept);

    private decimal Total => _lines.Sum(l => l.Usd);

    private decimal PerThousand => Total / work.Photos * 1_000;

    private string[] Unverified => [.. prices.Unverified.Select(p => p.Name)];

    public static string Table(Assumptions assumed) => Shown.Table(
        [["name", "value", "what"], .. Assumptions.All.Select(a => new[] { a.Name, N(assumed[a.Name]), a.Why })], 1);

    public string Text()
    {
        var text = new StringBuilder(Shown.Table(
            [["service", "what", "quantity", "unit", "USD each", "USD", "because"], .. _lines.Select(l => new[]
            {
                l.Service, l.Item, l.Quantity.ToString("#,##0.###", CultureInfo.InvariantCulture), l.Unit, N(Each(l)),
                Usd(l.Usd), l.Because,
            })],
            2, 4, 5));
        text.AppendLine(
            $"Total: {Usd(Total)} USD a month in {Shown.Text(prices.Region)}, {Usd(PerThousand)} for 1,000 photos; "
            + $"with photos of {N(work.MonthsKept)} months stored. The first month: {Usd(_first.Sum(l => l.Usd))}.");
        text.AppendLine($"Not counted: {NotCounted}.");
        if (Unverified is { Length: > 0 } names)
        {
            var (are, them) = names.Length == 1 ? ("price is", "it") : ("prices are", "them");
            text.AppendLine(
                $"{Shown.Count(names.Length)} {are} not verified: {string.Join(", ", names)}. Look {them} up, write the "
                + "file by --write-prices, edit it, give it by --prices.");
        }

        return text.ToString();
    }

    public string Json()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(
            buffer, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("region", prices.Region);
            json.WriteStartArray("lines");
            foreach (var line in _lines)
            {
                Write(json, line);
            }

            json.WriteEndArray();
            json.WriteNumber("total_usd", Math.Round(Total, 6));
            json.WriteNumber("first_month_usd", Math.Round(_first.Sum(l => l.Usd), 6));
            json.WriteNumber("usd_per_1000_photos", Math.Round(PerThousand, 6));
            json.WriteString("not_counted", NotCounted);
            json.WriteStartArray("unverified_prices");
            Array.ForEach(Unverified, json.WriteStringValue);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static void Write(Utf8JsonWriter json, CostLine line)
    {
        json.WriteStartObject();
        json.WriteString("service", line.Service);
        json.WriteString("item", line.Item);
        json.WriteNumber("quantity", Math.Round(line.Quantity, 6));
        json.WriteString("unit", line.Unit);
        json.WriteString("price", line.Price);
        json.WriteNumber("usd_each", Each(line));
        json.WriteNumber("usd", Math.Round(line.Usd, 6));
        json.WriteString("because", line.Because);
        json.WriteEndObject();
    }

    /// <summary>On the average, where a price has steps.</summary>
    private static decimal Each(CostLine line) => line.Quantity == 0 ? 0 : Math.Round(line.Usd / line.Quantity, 10);

    private static string N(decimal number) => number.ToString("0.##########", CultureInfo.InvariantCulture);

    private static string Usd(decimal amount) =>
        amount.ToString(amount is > 0 and < 0.01m ? "0.0000" : "#,##0.00", CultureInfo.InvariantCulture);
}
