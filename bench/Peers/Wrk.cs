using System.Globalization;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Bench;

/// <summary>The load generator wrk: one thread, 32 connections, each with one request at a time.</summary>
internal static class Wrk
{
    public const int Connections = 32;

    /// <param name="tokens">The file that <c>tickets.lua</c> takes.</param>
    /// <exception cref="BenchException">It did not run, or not every answer was a success.</exception>
    public static async Task<Load> RunAsync(string address, string tokens, int seconds, CancellationToken cancellation)
    {
        string[] line =
        [
            "wrk", "-t", "1", "-c", $"{Connections}", "-d", $"{seconds}s", "-s", Python.Script("tickets.lua"), address,
            "--", tokens,
        ];
        var run = await Command.RunAsync("/", line, cancellation);
        var result = run.Output.Split('\n').FirstOrDefault(l => l.StartsWith("RESULT ", StringComparison.Ordinal));
        if (!run.Succeeded || result is null)
        {
            throw new BenchException($"wrk failed: {run.Output}");
        }

        var numbers = result.Split(' ').Skip(1).Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return numbers[2] == 0
            ? new Load(numbers[0], numbers[0] * 1e6 / numbers[1], numbers[3] / 1e3, numbers[4] / 1e3)
            : throw new BenchException($"{numbers[2]} of {numbers[0]} requests to {address} failed: {run.Output}");
    }
}
