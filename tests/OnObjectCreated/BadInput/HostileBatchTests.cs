using System.Diagnostics;
using PhotoLambda.Metadata;

namespace PhotoLambda.Tests;

/// <summary>Batches of which much is hostile: the rest does not notice.</summary>
public class HostileBatchTests(CloudFixture cloud)
{
    private const int Messages = 100;

    [Fact]
    public async Task A_batch_goes_on_whatever_a_third_of_it_is()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var hostile = Hostile(new Random(seed), Messages / 3);
        (byte[] Bytes, string Type)[] files =
        [
            .. Enumerable.Range(0, Messages).Select(i => i % 3 == 2
                ? (hostile[i / 3], Declared(hostile[i / 3]))
                : (ImageBuilder.Jpeg(640, 480, ExifBuilder.Camera(), length: 3000 + i), "image/jpeg")),
        ];
        using var client = await cloud.NewOrganizationAsync();
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var batch = await StoredBatch.NewAsync(cloud, client, StoredBatch.AllPolicies, files);

        var start = Stopwatch.GetTimestamp();
        Assert.Empty(LoneOnObjectCreated.Failures(await function.InvokeAsync(batch.Messages, seconds: 15)));
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(15));

        var photos = await batch.AnswersAsync();
        Assert.Equal(
            files.Select((f, i) => $"{i} {Expected(f.Bytes, f.Type)}"),
            photos.Select((p, i) => $"{i} {p.Outcome().Split(':')[0]} {p.Codes()}".TrimEnd()));
        Assert.All(photos.Where((_, i) => i % 3 != 2), p => Assert.Equal(
            "uploaded Test Camera", $"{p.Outcome()} {p.GetProperty("exif_data").Text("camera_model")}"));
        Assert.Equal((0L, photos.Count(p => p.Outcome() == "uploaded")), await cloud.JobsAsync(client));
        await AssertLivesAsync(function);
    }

    [Fact]
    public async Task Mutants_end_in_a_state_whatever_is_read_of_them()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var client = await cloud.NewOrganizationAsync();
        await using var function = await LoneOnObjectCreated.StartAsync(cloud);
        var samples = Enumerable.Repeat(MediaSamples.All, 20).SelectMany(s => s);
        var batch = await StoredBatch.NewAsync(cloud, client, StoredBatch.AllPolicies,
            [.. samples.Select(s => (Mutant(s.Bytes, random), s.Type))]);

        Assert.Empty(LoneOnObjectCreated.Failures(await function.InvokeAsync(batch.Messages)));

        var photos = await batch.AnswersAsync();
        Assert.All(photos, p => Assert.Matches("^(uploaded|failed (type_mismatch|too_many_pixels):.*)$", p.Outcome()));
        Assert.Equal((0L, photos.Count(p => p.Outcome() == "uploaded")), await cloud.JobsAsync(client));
        Assert.Contains(photos, p => p.Outcome() == "uploaded" && p.Codes().Length > 0);
    }

    /// <summary>Changed behind its signature, where the structure is.</summary>
    private static byte[] Mutant(byte[] sample, Random random)
    {
        var mutant = StoredBatch.Padded(sample).ToArray();
        for (var change = random.Next(1, 20); change > 0; change--)
        {
            mutant[random.Next(12, Math.Min(mutant.Length, 1200))] = (byte)(random.Next(256) | -random.Next(2));
        }

        return mutant;
    }

    private static byte[][] Hostile(Random random, int count)
    {
        var paths = MetadataTestFiles.RealPhotos("fuzzing");
        random.Shuffle(paths);
        return [.. paths.Take(count).Select(p => StoredBatch.Padded(File.ReadAllBytes(p)))];
    }

    /// <summary>What the file is, where that may be declared: so that it is judged by more than its type.</summary>
    private static string Declared(byte[] file)
    {
        var real = MetadataTestFiles.ReadWhole(file).Type;
        return MediaSamples.All.Select(s => s.Type).FirstOrDefault(type => real.Fits(type), "image/jpeg");
    }

    private static string Expected(byte[] file, string declared)
    {
        var metadata = MetadataTestFiles.ReadByRanges(file, out _);
        var outcome = !metadata.Type.Fits(declared) ? "failed type_mismatch"
            : metadata.HasError(MetadataCode.TooManyPixels) ? "failed too_many_pixels"
            : "uploaded";
        return $"{outcome} {MetadataTestFiles.Codes(metadata)}".TrimEnd();
    }

    private async Task AssertLivesAsync(LoneOnObjectCreated function)
    {
        var photo = await StoredPhoto.NewAsync(cloud, ImageBuilder.Jpeg(length: 4096));
        await function.InvokeAsync(LoneOnObjectCreated.Messages(("m1", photo.Event())));
        Assert.Contains(await photo.StatusAsync(cloud), new object[] { "uploaded", "processing" });
    }
}
