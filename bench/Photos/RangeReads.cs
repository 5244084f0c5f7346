using System.Globalization;
using PhotoLambda.Metadata;

namespace PhotoLambda.Bench;

/// <summary>What reading the real JPEGs by ranges takes, and whether the whole files tell anything else.</summary>
internal static class RangeReads
{
    private const double OneGet = 0.94;
    private const double Share = 0.10;
    private const int MostGets = 3;

    public static IEnumerable<string[]> Rows()
    {
        var (gets, silent, read, heads, size) = (new int[MostGets + 2], 0, 0L, 0L, 0L);
        foreach (var path in Release.RealPhotos.Where(p => !p.EndsWith(".png", StringComparison.OrdinalIgnoreCase)))
        {
            var file = File.ReadAllBytes(path);
            var window = new ObjectWindow(file.Length);
            var metadata = MediaReader.ReadAsync(
                window, (range, _) => new(file.AsMemory((int)range.Offset, range.Count))).GetAwaiter().GetResult();
            gets[Math.Min(window.Parts, MostGets + 1)]++;
            silent += metadata.HasError(MetadataCode.Budget) || Text(metadata) == Text(Whole(file)) ? 0 : 1;
            (read, size) = (read + window.BytesHeld, size + file.Length);
            heads += Math.Min(file.Length, ReadLimits.Default.HeadBytes);
        }

        var all = gets.Sum();
        yield return
        [
            $"{all} real JPEGs by 1, 2, 3 and more GETs", string.Join(", ", gets[1..]), "",
            Goal.AtLeast(OneGet, "94 % by one, none by more than 3", gets[^1] > 0 ? 0 : gets[1] / (double)all),
        ];
        yield return
        [
            $"their bytes that are read, of {size.ToString("N0", CultureInfo.InvariantCulture)} (first ranges alone: "
            + $"{Percent(heads, size)})",
            Percent(read, size), "", Goal.AtMost(Share, "10 %", read / (double)size),
        ];
        yield return ["those whose whole tells something else, unsaid", $"{silent}", "", Goal.AtMost(0, "0", silent)];
    }

    private static string Percent(long part, long whole) =>
        (part / (double)whole).ToString("0.0 %", CultureInfo.InvariantCulture);

    private static MediaMetadata Whole(byte[] file)
    {
        var window = new ObjectWindow(file.Length);
        window.Add(0, file);
        return MediaReader.Read(window);
    }

    private static string Text(MediaMetadata metadata) =>
        $"{metadata.Type} {metadata.Width} {metadata.Height} {metadata.ExifBlock} {MetadataJson.ExifData(metadata)} "
        + $"{MetadataJson.GpsCoordinates(metadata)} {MetadataJson.Errors(metadata)}";
}
