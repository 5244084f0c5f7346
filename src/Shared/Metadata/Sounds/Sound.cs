using System.Globalization;

namespace PhotoLambda.Metadata;

/// <summary>What a container says of its sound, before it is known to be possible.</summary>
/// <param name="Rate">Samples per second and channel.</param>
/// <param name="Channels">Null where the container does not say.</param>
internal readonly record struct Sound(long Rate, long? Channels)
{
    /// <summary>No recorder samples faster, nor has more channels; a file beyond it is broken.</summary>
    public const int MaxRate = 10_000_000, MaxChannels = 255;

    /// <summary>A year: a longer recording is a wrong number.</summary>
    public const double MaxSeconds = 366d * 24 * 60 * 60;

    /// <summary>Null where the container does not say.</summary>
    public double? Seconds { get; init; }

    /// <summary>Bytes of the coded sound, with its framing and without tags; null where that is not known.</summary>
    public long? Bytes { get; init; }

    /// <summary>Takes what is possible as the file's sound, and records what is not.</summary>
    public void TellTo(Reading reading)
    {
        var seconds = Possible(reading, Seconds, 0, MaxSeconds, "seconds");
        var bitrate = seconds > 0 && Bytes > 0 ? Math.Round(Bytes.Value * 8 / seconds.Value) : null as double?;
        reading.Audio = new AudioData
        {
            DurationMs = (long?)(seconds * 1000 + 0.5),
            BitrateBps = bitrate is >= 1 and <= int.MaxValue ? (int)bitrate : null,
            SampleRateHz = (int?)Possible(reading, Rate, 1, MaxRate, "samples per second"),
            Channels = (int?)Possible(reading, Channels, 1, MaxChannels, "channels"),
        };
    }

    private static double? Possible(Reading reading, double? value, double least, double most, string unit)
    {
        if (value is null || (value >= least && value <= most))
        {
            return value;
        }

        reading.Error(MetadataCode.OutOfRange, string.Create(CultureInfo.InvariantCulture, $"{value:R} {unit}"));
        return null;
    }
}
