using System.Globalization;

namespace PhotoLambda.Cli.Push;

/// <summary>How far a push is. Safe for concurrent use.</summary>
/// <param name="files">All that are selected.</param>
/// <param name="before">Of them, those that were done before this run.</param>
/// <param name="bytes">Of the others.</param>
internal sealed class Tally(int files, int before, long bytes)
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    private int _done = before;
    private long _sent;
    private long _passed;
    private int _waiting;

    /// <summary>Bytes that went to the store in this run.</summary>
    public long SentBytes => Interlocked.Read(ref _sent);

    /// <param name="count">Bytes; negative for those of a try that failed.</param>
    public void Sent(long count) => Interlocked.Add(ref _sent, count);

    /// <param name="unsent">Bytes that need not be sent any more.</param>
    public void Done(long unsent)
    {
        Interlocked.Increment(ref _done);
        Interlocked.Add(ref _passed, unsent);
    }

    /// <param name="isWaiting">For upload URLs, of which the user has had enough for the moment.</param>
    public void Wait(bool isWaiting) => Interlocked.Add(ref _waiting, isWaiting ? 1 : -1);

    public string Line(TimeSpan elapsed)
    {
        var (sent, passed) = (SentBytes, Interlocked.Read(ref _passed));
        var dealt = sent + passed;
        var left = dealt > 0 && bytes > dealt
            ? $", {Shown.Duration(elapsed * ((double)(bytes - dealt) / dealt))} left"
            : "";
        return $"{Shown.Count(_done)} of {Shown.Count(files, "file")}, {Size(dealt)} of {Size(bytes)}, "
            + $"{Rate(sent, elapsed)}{left}{(_waiting > 0 ? ", waiting for upload URLs" : "")}";
    }

    public static string Rate(long bytes, TimeSpan elapsed) =>
        $"{Size((long)(bytes / Math.Max(elapsed.TotalSeconds, 0.001)))}/s";

    /// <param name="bytes">Shown in decimal units, as disks and lines are sold.</param>
    public static string Size(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 999.5 && unit < Units.Length - 1; unit++)
        {
            value /= 1000;
        }

        var digits = unit == 0 || value >= 99.95 ? "0" : "0.0";
        return $"{value.ToString(digits, CultureInfo.InvariantCulture)} {Units[unit]}";
    }
}
