using System.Globalization;
using System.Text.Json.Nodes;
using PhotoLambda.Local.Postgres;
using static PhotoLambda.Tests.MetadataTestFiles;

namespace PhotoLambda.Tests;

/// <summary>Sound files of FFmpeg's encoders, with ffprobe as the other opinion.</summary>
public class AudioOracleTests
{
    private const double Tolerance = 0.05;

    /// <summary>File, and why we say something else on purpose.</summary>
    private static readonly (string File, string Reason)[] Deviations =
    [
        ("adpcm.wav", "fact counts the samples; ffprobe counts those that fill up the last block too"),
        ("mp3.mp4", "only the frames say how many channels: unknown, where the entry's 2 is wrong"),
        ("half-opus-510.opus", "ffprobe gives up where the last 64 KiB hold no whole page; we look before them"),
        ("most-opus-510.opus", "the same"),
    ];

    [Fact]
    public async Task Every_file_is_as_long_as_ffprobe_says()
    {
        await DebianProgram.HaveAsync("ffmpeg", "ffprobe", "-version");
        var folder = TemporaryFolder.New();
        try
        {
            await AudioSamples.WriteAsync(folder, TestContext.Current.CancellationToken);
            var probes = await ProbeAsync(folder);
            var differences = probes.Select(p => Compare(folder, p.Name, p.Stream)).ToList();

            var worst = differences.Zip(probes).MaxBy(d => d.First.Seconds);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{probes.Length} files, worst {worst.First.Seconds * 1000:0.0} ms, {worst.Second.Name}");
            var wrong = string.Join("\n", differences.Select(d => d.Wrong).OfType<string>());
            Assert.True(wrong.Length == 0, wrong);
            Assert.True(probes.Length >= 60, $"only {probes.Length} files");
        }
        finally
        {
            TemporaryFolder.Delete(folder);
        }
    }

    private static (double Seconds, string? Wrong) Compare(string folder, string name, JsonNode stream)
    {
        var file = File.ReadAllBytes(Path.Combine(folder, name));
        var ours = ReadWhole(file);
        var byRanges = ReadByRanges(file, out var fetched);
        var isCut = name.Split('-')[0] is "half" or "most";
        var apart = Math.Abs((ours.Audio?.DurationMs / 1000d ?? double.MaxValue) - Seconds(stream));
        var wrong = !(apart <= Tolerance) ? $"{apart:0.000} s apart from {stream.ToJsonString()}"
            : ours.Audio?.SampleRateHz != Integer(stream, "sample_rate") ? $"rate {stream["sample_rate"]}"
            : ours.Audio?.Channels != Integer(stream, "channels") ? $"channels {stream["channels"]}"
            : ours.Audio.BitrateBps is not > 0 ? "no bitrate"
            : Describe(ours) != Describe(byRanges) ? $"by ranges {Describe(byRanges)}"
            : fetched.Count > 3 ? $"{fetched.Count} ranges"
            // A cut between two frames of an MP3 that says no length leaves a whole, shorter file.
            : ours.Errors.Count > 0 != (isCut && !name.Contains("bare-1", StringComparison.Ordinal)) ? "errors"
            : null;
        return wrong is null ? (apart, null) : (0, IsMeant(name) ? null : $"{name}: {wrong}; {Describe(ours)}");
    }

    private static bool IsMeant(string name) => Deviations.Any(d => d.File == name);

    private static int Integer(JsonNode stream, string name) =>
        int.Parse(stream[name]!.ToString(), CultureInfo.InvariantCulture);

    private static double Seconds(JsonNode stream)
    {
        return double.Parse(stream["duration"]?.ToString() ?? "NaN", CultureInfo.InvariantCulture);
    }

    private static async Task<(string Name, JsonNode Stream)[]> ProbeAsync(string folder)
    {
        const string script = """
            for f in *.*; do
              echo "$f $(ffprobe -v quiet -select_streams a:0 -of json=c=1 \
                -show_entries stream=codec_name,duration,sample_rate,channels "$f" | tr -d '\n')"
            done
            """;
        var probed = await Command.RunAsync(folder, ["sh", "-c", script], TestContext.Current.CancellationToken);
        return [.. probed.Output.Split('\n').Select(line => line.Split(' ', 2)).Select(
            p => (p[0], JsonNode.Parse(p[1])!["streams"]![0]!))];
    }
}
