namespace PhotoLambda.Cli.Cost;

/// <summary>What a unit costs, in US dollars.</summary>
/// <param name="Unit">What one of is paid for, such as <c>million requests</c>.</param>
/// <param name="Above">Cheaper (or dearer) units: those beyond <c>From</c>, ascending.</param>
/// <param name="IsVerified">Whether the source was seen to say so.</param>
internal sealed record Price(string Name, string Unit, decimal Usd, PriceStep[] Above, bool IsVerified)
{
    public decimal Of(decimal quantity)
    {
        var (amount, from, usd) = (0m, 0m, Usd);
        foreach (var step in Above.TakeWhile(s => s.From < quantity))
        {
            amount += (step.From - from) * usd;
            (from, usd) = (step.From, step.Usd);
        }

        return amount + ((quantity - from) * usd);
    }
}

/// <summary>The price of each unit beyond so many.</summary>
internal readonly record struct PriceStep(decimal From, decimal Usd);
