using System.Diagnostics;

namespace PhotoLambda.Bench;

internal static class CpuTime
{
    /// <summary>Of a process and its threads so far, user and system; the system counts in hundredths of a second.</summary>
    public static TimeSpan Of(int process)
    {
        using var found = Process.GetProcessById(process);
        return found.TotalProcessorTime;
    }
}
