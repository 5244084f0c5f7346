using System.Runtime.InteropServices;

namespace PhotoLambda.Bench;

/// <summary>The processor time of a process and all its threads, also those that ended, in nanoseconds.</summary>
internal static partial class ProcessClock
{
    /// <exception cref="BenchException">The process is gone.</exception>
    public static TimeSpan Of(int process) =>
        clock_getcpuclockid(process, out var clock) == 0 && clock_gettime(clock, out var time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick)
            : throw new BenchException($"There is no process {process}.");

    [LibraryImport("libc")]
    private static partial int clock_getcpuclockid(int process, out int clock);

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Timespec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
