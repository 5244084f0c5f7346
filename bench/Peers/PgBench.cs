using System.Globalization;
using System.Text.RegularExpressions;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Bench;

/// <summary>The statements of a ticket without anything around them: what the database itself can do.</summary>
internal static partial class PgBench
{
    /// <returns>Transactions a second.</returns>
    /// <exception cref="BenchException">It did not run.</exception>
    public static async Task<double> RunAsync(string database, int seconds, CancellationToken cancellation)
    {
        string[] line =
        [
            "pgbench", "-n", "-M", "prepared", "-c", $"{Wrk.Connections}", "-j", "2", "-T", $"{seconds}",
            "-f", Python.Script("ticket.sql"), database,
        ];
        var run = await Command.RunAsync("/", line, cancellation);
        return run.Succeeded && PerSecond().Match(run.Output) is { Success: true } match
            ? double.Parse(match.Value, CultureInfo.InvariantCulture)
            : throw new BenchException($"pgbench failed: {run.Output}");
    }

    [GeneratedRegex(@"(?<=tps = )[0-9.]+(?= \(without)")]
    private static partial Regex PerSecond();
}
