using System.Globalization;
using MetadataExtractor;
using PhotoLambda.Metadata;

namespace PhotoLambda.Bench;

/// <summary>Real files' metadata: how fast one thread reads it, what that costs, what hostile files do.</summary>
internal static class MetadataBench
{
    private const int WarmUpRounds = 5;
    private const int Rounds = 15;
    private const double AllocatedBytes = 2048;

    private static readonly string[] Columns = ["", "measured", "ours to it", "goal"];

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        var rows = new List<string[]>();
        var files = await CorpusAsync(cancellation);
        if (files.Count > 0)
        {
            await MeasureAsync(files, rows, cancellation);
            rows.AddRange(RangeReads.Rows());
            rows.AddRange(await MutantRun.RowsAsync(cancellation));
        }

        return new Report(
            $"Metadata of {files.Count} real JPEG and PNG files with EXIF, in memory, on one thread",
            Columns,
            rows,
            $"Medians of {Rounds} rounds with turns of {MetadataPeer.Turn.TotalMilliseconds:0} ms for all, exiftool's "
            + "one of all files from the disk's cache; ratios are of turns in one round; the peers but sharp read more "
            + "fields; the collection is ../shared/photos, without the files that one of the two .NET readers refuses");
    }

    /// <summary>Of a file that one refuses, its exceptions or its early end would be what is measured.</summary>
    private static async Task<Dictionary<string, byte[]>> CorpusAsync(CancellationToken cancellation)
    {
        var files = new Dictionary<string, byte[]>();
        foreach (var path in Release.RealPhotos)
        {
            var file = await File.ReadAllBytesAsync(path, cancellation);
            if (Read(file) is { Width: not null, Exif: not null } && IsReadByExtractor(file))
            {
                files.Add(path, file);
            }
        }

        return files;
    }

    private static async Task MeasureAsync(
        Dictionary<string, byte[]> files, List<string[]> rows, CancellationToken cancellation)
    {
        var bytes = files.Values.ToArray();
        using var others = await MetadataPeers.StartAsync([.. files.Keys], cancellation);
        var ours = MetadataPeer.InMemory("ours", bytes, file => Read(file));
        var extractor = MetadataPeer.InMemory("MetadataExtractor 2.4.3, whole files", bytes, file => Extract(file));
        MetadataPeer[] peers = [extractor, .. others.All];
        for (var round = -WarmUpRounds; round < Rounds; round++)
        {
            var our = await ours.MeasureAsync(cancellation);
            foreach (var peer in peers)
            {
                var their = await peer.MeasureAsync(cancellation);
                if (round >= 0)
                {
                    peer.PerSecond.Add(their);
                    peer.Ratio.Add(our / their);
                }
            }

            if (round >= 0)
            {
                ours.PerSecond.Add(our);
            }
        }

        rows.Add(Row("ours, files per second", ours.PerSecond.Median));
        rows.AddRange(peers.Select(peer => Row(
            $"{peer.Name}, files per second", peer.PerSecond.Median, peer.Ratio.Median,
            peer == extractor ? Goal.AtLeast(40, "40 ×", peer.Ratio.Median)
                : peer.Name == MetadataPeers.Exifr ? Goal.AtLeast(20, "20 ×", peer.Ratio.Median) : "")));
        var (ourBytes, theirBytes) = (Allocated(bytes, f => Read(f)), Allocated(bytes, f => Extract(f)));
        rows.Add(Row(
            "ours, bytes allocated for a file", ourBytes, double.NaN, Goal.AtMost(AllocatedBytes, "2 KB", ourBytes)));
        rows.Add(Row("MetadataExtractor, the same", theirBytes));
    }

    private static string[] Row(string name, double value, double ratio = double.NaN, string goal = "") =>
    [
        name, value.ToString("N0", CultureInfo.InvariantCulture),
        double.IsNaN(ratio) ? "" : ratio.ToString("N0", CultureInfo.InvariantCulture) + " ×", goal,
    ];

    private static double Allocated(byte[][] files, Action<byte[]> read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var file in files)
        {
            read(file);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)files.Length;
    }

    private static MediaMetadata Read(byte[] file)
    {
        var window = new ObjectWindow(file.Length);
        window.Add(0, file);
        return MediaReader.Read(window);
    }

    private static int Extract(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return ImageMetadataReader.ReadMetadata(stream).Count;
    }

    private static bool IsReadByExtractor(byte[] file)
    {
        try
        {
            return Extract(file) > 0;
        }
        catch (Exception refused) when (refused is ImageProcessingException or IOException or ArgumentException)
        {
            return false;
        }
    }
}
