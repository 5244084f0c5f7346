using System.Diagnostics;
using System.Globalization;
using MetadataExtractor;

namespace PhotoLambda.Bench;

/// <summary>Files whose metadata one thread reads in a second, when their bytes are in memory.</summary>
internal static class MetadataBench
{
    private const int WarmUpRounds = 5;
    private const int Rounds = 15;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(150);

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        var photo = await File.ReadAllBytesAsync(Release.Photo, cancellation);
        List<string[]> rows =
            [Measure("examples/photo.jpg, first 64 KiB", [PhotoParts.HeadOf(photo)], cancellation)];
        var real = new List<PhotoParts>();
        foreach (var path in Release.RealPhotos)
        {
            real.Add(PhotoParts.WholeOf(await File.ReadAllBytesAsync(path, cancellation)));
        }

        // Of a file that one of them refuses, its exceptions or its early end would be what is measured.
        real.RemoveAll(file => file.Read() is { Width: null } or { Exif: null } || !IsReadByExtractor(file));
        if (real.Count > 0)
        {
            rows.Add(Measure($"{real.Count} real JPEG and PNG files with EXIF, whole", real, cancellation));
        }

        return new Report(
            "Metadata read in memory on one thread, files per second",
            ["files", "MediaReader", "MetadataExtractor", "ratio"],
            rows,
            $"Medians of {Rounds} turns of {Turn.TotalMilliseconds:0} ms each, one after the other; MediaReader also "
            + "gets the last 16 KiB of the photo, as in the function, and MetadataExtractor reads many more fields");
    }

    private static string[] Measure(string name, List<PhotoParts> files, CancellationToken cancellation)
    {
        var (ours, theirs, ratio) = (new Samples(), new Samples(), new Samples());
        for (var round = -WarmUpRounds; round < Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var our = FilesPerSecond(files, file => file.Read());
            var their = FilesPerSecond(files, file => Extract(file));
            if (round >= 0)
            {
                ours.Add(our);
                theirs.Add(their);
                ratio.Add(our / their);
            }
        }

        return
        [
            name,
            ours.Median.ToString("N0", CultureInfo.InvariantCulture),
            theirs.Median.ToString("N0", CultureInfo.InvariantCulture),
            ratio.Median.ToString("0.0 ×", CultureInfo.InvariantCulture),
        ];
    }

    private static double FilesPerSecond(List<PhotoParts> files, Action<PhotoParts> read)
    {
        var clock = Stopwatch.StartNew();
        var done = 0;
        while (clock.Elapsed < Turn)
        {
            files.ForEach(read);
            done += files.Count;
        }

        return done / clock.Elapsed.TotalSeconds;
    }

    private static int Extract(PhotoParts file)
    {
        using var stream = new MemoryStream(file.Head);
        return ImageMetadataReader.ReadMetadata(stream).Count;
    }

    private static bool IsReadByExtractor(PhotoParts file)
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
