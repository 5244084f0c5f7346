using System.Globalization;

namespace PhotoLambda.Bench;

/// <summary>Repeated measurements of one thing, all in one unit.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];

    public static string[] Columns { get; } = ["", "n", "min", "p50", "p95", "max", "goal"];

    public int Count => _values.Count;

    public double Median => Percentile(50);

    public double Max => Percentile(100);

    public void Add(double value) => _values.Add(value);

    /// <summary>Nearest rank: a value that was measured, not one between two.</summary>
    public double Percentile(double percent)
    {
        if (_values.Count == 0)
        {
            throw new InvalidOperationException("Nothing was measured.");
        }

        var ordered = _values.Order().ToArray();
        return ordered[Math.Max(0, (int)Math.Ceiling(percent / 100 * ordered.Length) - 1)];
    }

    /// <param name="format">Of a number, with the digits and the unit to show.</param>
    public string[] Row(string name, string format, string goal = "")
    {
        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return
        [
            name, Count.ToString(CultureInfo.InvariantCulture),
            Text(Percentile(0)), Text(Median), Text(Percentile(95)), Text(Max), goal,
        ];
    }
}
