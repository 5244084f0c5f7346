using System.Globalization;

namespace PhotoLambda.Bench;

/// <summary>What one flavour of one function took, over all its starts.</summary>
internal sealed record ColdSamples(ColdFunction Function, string Flavour)
{
    public static string[] Columns { get; } =
    [
        "", "n", "spawn → first `next`", "spawn → first response", "p95", "CPU until then", "resident, MB",
        "warm p50, µs", "warm p95, µs", "goal",
    ];

    /// <summary>Milliseconds, as the next two.</summary>
    public Samples Next { get; } = new();

    public Samples Response { get; } = new();

    public Samples Cpu { get; } = new();

    /// <summary>Megabytes.</summary>
    public Samples Resident { get; } = new();

    /// <summary>Microseconds.</summary>
    public Samples Warm { get; } = new();

    public string[] Row() =>
    [
        $"{Function.Name}, {Flavour}", Response.Count.ToString(CultureInfo.InvariantCulture),
        Text(Next.Median, "0.0"), Text(Response.Median, "0.0"), Text(Response.Percentile(95), "0.0"),
        Text(Cpu.Median, "0.0"), Text(Resident.Median, "0.0"),
        Text(Warm.Median, "0"), Text(Warm.Percentile(95), "0"), Goals(),
    ];

    private string Goals()
    {
        if (Function.Goals?.GetValueOrDefault(Flavour) is not { } goal)
        {
            return "";
        }

        var time = Bench.Goal.AtMost(goal.Milliseconds, $"{goal.Milliseconds} ms", Response.Median);
        return goal.Megabytes is not { } most
            ? time
            : $"{time}; {Bench.Goal.AtMost(most, $"{most} MB", Resident.Median)}";
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

/// <param name="Megabytes">Null: none was set.</param>
internal sealed record ColdGoal(int Milliseconds, int? Megabytes = null);

/// <summary>A function as it is started: an event is made for each invocation, and its effect is looked for.</summary>
/// <param name="Project">Its folder, from the root of the repository.</param>
/// <param name="LogicalId">In the template; null for a program that needs no settings.</param>
/// <param name="NextAsync">An event that was not handed out before, and what its answer must have done.</param>
internal sealed record ColdFunction(string Name, string Project, string? LogicalId, Func<Task<ColdEvent>> NextAsync)
{
    /// <summary>By flavour.</summary>
    public IReadOnlyDictionary<string, ColdGoal>? Goals { get; init; }
}

/// <param name="CheckAsync">Throws unless the response is right and the rows are there.</param>
internal sealed record ColdEvent(byte[] Payload, Func<byte[], Task> CheckAsync);
