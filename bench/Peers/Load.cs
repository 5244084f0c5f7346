namespace PhotoLambda.Bench;

/// <summary>What a server bore for some seconds.</summary>
/// <param name="Median">Milliseconds; so is <paramref name="Late"/>, the 99th percentile.</param>
/// <param name="Cpu">Of the server's process for each request, in microseconds.</param>
internal sealed record Load(long Requests, double PerSecond, double Median, double Late, double Cpu = double.NaN);

internal sealed class LoadSamples
{
    public Samples PerSecond { get; } = new();

    public Samples Median { get; } = new();

    public Samples Late { get; } = new();

    public Samples Cpu { get; } = new();

    public void Add(Load load)
    {
        PerSecond.Add(load.PerSecond);
        Median.Add(load.Median);
        Late.Add(load.Late);
        Cpu.Add(load.Cpu);
    }
}
