using System.Diagnostics;
using System.Globalization;
using PhotoLambda.Metadata;

namespace PhotoLambda.Bench;

/// <summary>Reads damaged files in a process that does nothing else, so that its memory is what they cost.</summary>
internal static class MutantRun
{
    /// <summary>The bench starts itself with this, and gets a line of the worst: milliseconds, megabytes.</summary>
    public const string Command = "--mutants";

    private const int Count = 10_000;
    private const int Seed = 4;
    private const double Suspicious = 5;
    private const double MostMilliseconds = 100;
    private const double MostOfFuzzed = 50;
    private const double MostMegabytes = 150;

    public static async Task<IEnumerable<string[]>> RowsAsync(CancellationToken cancellation)
    {
        using var child = Child.Start(
            typeof(MutantRun).Assembly.Location, [Command], new Dictionary<string, string?>());
        var line = await child.LineAsync("found ", cancellation);
        var found = line.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        var count = Count.ToString("N0", CultureInfo.InvariantCulture);
        return
        [
            Row($"{found[0]:0} damaged files of ../shared/photos, the slowest, ms", found[1], "0.00",
                Goal.AtMost(MostOfFuzzed, "50 ms", found[1])),
            Row($"{count} mutants of real files (seed {Seed}), the slowest, ms", found[2], "0.00",
                Goal.AtMost(MostMilliseconds, "100 ms", found[2])),
            Row("the process that read them, resident at most, MB", found[3], "0",
                Goal.AtMost(MostMegabytes, "150 MB", found[3])),
        ];
    }

    /// <summary>The child's part.</summary>
    public static void Run()
    {
        var fuzzed = Release.FuzzedFiles;
        var slowestFuzzed = fuzzed.Select(path => Read(File.ReadAllBytes(path))).Append(0).Max();
        var mutants = new Mutants([.. Release.RealPhotos.Select(File.ReadAllBytes)], Seed);
        var slowest = Enumerable.Range(0, Count).Max(_ => Read(mutants.Next()));
        var memory = ResidentMemory.Of(Environment.ProcessId).Most;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"found {fuzzed.Count} {slowestFuzzed} {slowest} {memory}"));
    }

    /// <summary>A file that took long is read again: other work on the machine does not come three times.</summary>
    /// <returns>Milliseconds; an exception ends the run.</returns>
    private static double Read(ReadOnlyMemory<byte> file)
    {
        var first = ReadOnce(file);
        return first < Suspicious ? first : Math.Min(first, Math.Min(ReadOnce(file), ReadOnce(file)));
    }

    /// <summary>By ranges, as the function does, and then the whole.</summary>
    private static double ReadOnce(ReadOnlyMemory<byte> file)
    {
        var start = Stopwatch.GetTimestamp();
        MediaReader.ReadAsync(
            file.Length, (range, _) => new(file.Slice((int)range.Offset, range.Count))).GetAwaiter().GetResult();
        var window = new ObjectWindow(file.Length);
        window.Add(0, file);
        MediaReader.Read(window);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static string[] Row(string name, double value, string format, string goal) =>
        [name, value.ToString(format, CultureInfo.InvariantCulture), "", goal];
}
