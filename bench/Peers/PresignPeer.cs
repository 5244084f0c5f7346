using System.Diagnostics;
using System.Globalization;

namespace PhotoLambda.Bench;

/// <summary>A way to presign, and what it was found to cost.</summary>
/// <param name="presign">Makes one URL; what it needs is made at its first call.</param>
internal sealed class PresignPeer(string name, Action presign)
{
    private const int AtOnce = 100;

    private readonly Samples _bytes = new();
    private double _first = double.NaN;

    public Samples PerSecond { get; } = new();

    /// <summary>Presigns for so long; a second of CPU counts, since other work may hold up this one.</summary>
    public void Measure(TimeSpan turn, bool isCounted)
    {
        if (double.IsNaN(_first))
        {
            var start = Stopwatch.GetTimestamp();
            presign();
            _first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        var cpu = Environment.CpuUsage.TotalTime;
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var done = 0;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < turn; done += AtOnce)
        {
            for (var i = 0; i < AtOnce; i++)
            {
                presign();
            }
        }

        if (isCounted)
        {
            PerSecond.Add(done / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
            _bytes.Add((GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)done);
        }
    }

    public string[] Row(string goal = "") => Row(name, PerSecond.Median, _bytes.Median, _first, goal);

    public static string[] Row(string name, double perSecond, double bytes, double first, string goal = "")
    {
        static string Text(double value, string format) =>
            double.IsNaN(value) ? "–" : value.ToString(format, CultureInfo.InvariantCulture);
        return [name, Text(perSecond, "N0"), Text(bytes, "N0"), Text(first, "0.0"), goal];
    }
}
