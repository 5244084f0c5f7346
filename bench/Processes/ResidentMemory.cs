using System.Globalization;

namespace PhotoLambda.Bench;

/// <summary>What a process holds in memory, in megabytes of 1,000,000 bytes (proc(5)).</summary>
/// <param name="Files">Its part that is programs and libraries, of which the machine holds one copy for all.</param>
/// <param name="Most">The most it ever held.</param>
internal sealed record ResidentMemory(double Now, double Files, double Most)
{
    /// <exception cref="BenchException">There is no <c>/proc</c>.</exception>
    public static ResidentMemory Of(int process)
    {
        var status = $"/proc/{process}/status";
        return File.Exists(status)
            ? new ResidentMemory(
                Megabytes(status, "VmRSS:"), Megabytes(status, "RssFile:"), Megabytes(status, "VmHWM:"))
            : throw new BenchException("Memory is read from /proc, which only Linux has.");
    }

    /// <summary>Those children of a process that have this text in their command line.</summary>
    public static IReadOnlyList<ResidentMemory> ChildrenOf(int parent, string text) =>
        [.. from folder in Directory.EnumerateDirectories("/proc")
            where int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _)
            let id = int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture)
            where Read(id, "cmdline").Contains(text, StringComparison.Ordinal)
                && Read(id, "status").Contains($"\nPPid:\t{parent}\n", StringComparison.Ordinal)
            select Of(id)];

    /// <returns>Nothing for a process that ended meanwhile.</returns>
    private static string Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static double Megabytes(string file, string name)
    {
        var line = File.ReadLines(file).First(l => l.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line[name.Length..^"kB".Length], CultureInfo.InvariantCulture) * 1024 / 1_000_000;
    }
}
