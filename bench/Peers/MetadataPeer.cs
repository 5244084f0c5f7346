using System.Diagnostics;

namespace PhotoLambda.Bench;

/// <summary>A way to read metadata, and how fast it was found to be.</summary>
/// <param name="measure">Reads all files again and again for one turn; the result is in files per second.</param>
internal sealed class MetadataPeer(string name, Func<CancellationToken, Task<double>> measure)
{
    public static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(150);

    public string Name => name;

    public Samples PerSecond { get; } = new();

    /// <summary>How many times as fast ours was in the same rounds.</summary>
    public Samples Ratio { get; } = new();

    public static MetadataPeer InMemory(string name, IReadOnlyList<byte[]> files, Action<byte[]> read) =>
        new(name, _ => Task.FromResult(FilesPerSecond(files, read)));

    public Task<double> MeasureAsync(CancellationToken cancellation) => measure(cancellation);

    private static double FilesPerSecond(IReadOnlyList<byte[]> files, Action<byte[]> read)
    {
        var clock = Stopwatch.StartNew();
        var done = 0;
        for (; clock.Elapsed < Turn; done += files.Count)
        {
            foreach (var file in files)
            {
                read(file);
            }
        }

        return done / clock.Elapsed.TotalSeconds;
    }
}
