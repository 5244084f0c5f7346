using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>What <c>photolambda cost --json</c> says.</summary>
internal sealed class CostRun(JsonElement answer)
{
    public JsonElement Answer { get; } = answer;

    /// <summary>US dollars by service and item.</summary>
    public IReadOnlyDictionary<string, decimal> Lines { get; } = answer.GetProperty("lines").EnumerateArray()
        .ToDictionary(
            line => $"{line.GetProperty("service")}, {line.GetProperty("item")}",
            line => line.GetProperty("usd").GetDecimal());

    public decimal Total => Answer.GetProperty("total_usd").GetDecimal();

    public static async Task<CostRun> RunAsync(params string[] arguments)
    {
        // No database is named: the command needs none.
        var (exit, output) = await CommandLine.RunAsync(null, ["cost", "--json", .. arguments]);
        Assert.True(exit == 0, output);
        using var json = JsonDocument.Parse(output);
        return new CostRun(json.RootElement.Clone());
    }

    public decimal Quantity(string service, string item) => Answer.GetProperty("lines").EnumerateArray()
        .Single(l => l.GetProperty("service").GetString() == service && l.GetProperty("item").GetString() == item)
        .GetProperty("quantity").GetDecimal();
}
