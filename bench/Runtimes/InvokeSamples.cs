namespace PhotoLambda.Bench;

/// <summary>The same request, several ways; all in microseconds.</summary>
internal sealed class InvokeSamples
{
    private const double MostOverhead = 100;

    public Samples Invocation { get; } = new();

    public Samples Kestrel { get; } = new();

    public Samples Bare { get; } = new();

    public Samples Memory { get; } = new();

    public Samples Application { get; } = new();

    public void AddInMemory((double Invocation, double Application) measured)
    {
        Memory.Add(measured.Invocation);
        Application.Add(measured.Application);
    }

    public string[][] Rows()
    {
        var overhead = Invocation.Median - Application.Median;
        return
        [
            Invocation.Row("invocation: event handed out → response posted", "0"),
            Kestrel.Row("the same request to the same program on Kestrel, kept connection", "0"),
            Bare.Row("the least process that speaks the Runtime API", "0"),
            Memory.Row("invocation without sockets, in one process", "0.0"),
            Application.Row("the application's part of it", "0.0"),
            Difference(
                "**overhead**: invocation less application", overhead, Goal.AtMost(MostOverhead, "100 p50", overhead)),
            Difference("of which the least process has none", overhead - Bare.Median),
        ];
    }

    private static string[] Difference(string name, double value, string goal = "") =>
        [name, "", "", FormattableString.Invariant($"{value:0}"), "", "", goal];
}
