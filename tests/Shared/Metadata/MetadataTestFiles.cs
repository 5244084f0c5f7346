using PhotoLambda.Metadata;

namespace PhotoLambda.Tests;

/// <summary>Ways to read test files, and where the shared ones are.</summary>
internal static class MetadataTestFiles
{
    public static string[] RealPhotos(params string[] folders)
    {
        Missing.SkipUnless(Repository.Photos is not null, "../shared/photos is not there (set PHOTOLAMBDA_PHOTOS)");
        return [.. folders
            .Select(f => Path.Combine(Repository.Photos!, f))
            .SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal)];
    }

    public static MediaMetadata ReadWhole(byte[] file, ReadLimits? limits = null)
    {
        var window = new ObjectWindow(file.Length);
        window.Add(0, file);
        var metadata = MediaReader.Read(window, limits);
        Assert.Null(window.Missing);
        return metadata;
    }

    /// <summary>Reads as from a store: the head, then what is missing.</summary>
    /// <param name="fetched">The ranges that were asked for.</param>
    public static MediaMetadata ReadByRanges(byte[] file, out List<ByteRange> fetched, ReadLimits? limits = null)
    {
        var ranges = new List<ByteRange>();
        var reading = MediaReader.ReadAsync(file.Length, Fetch, limits);
        fetched = ranges;
        Assert.True(reading.IsCompleted);
        return reading.GetAwaiter().GetResult();

        ValueTask<ReadOnlyMemory<byte>> Fetch(ByteRange range, CancellationToken cancellationToken)
        {
            ranges.Add(range);
            return new(file.AsMemory((int)range.Offset, range.Count));
        }
    }

    /// <summary>Reads an EXIF block in a small JPEG.</summary>
    public static MediaMetadata ReadExif(byte[] block) => ReadWhole(ImageBuilder.Jpeg(exif: block));

    /// <summary>All that was read, as text to compare.</summary>
    public static string Describe(MediaMetadata metadata) =>
        $"{metadata.Type} {metadata.Width}x{metadata.Height} {metadata.Audio} {MetadataJson.ExifData(metadata)} "
        + $"{MetadataJson.GpsCoordinates(metadata)} {metadata.Exif?.Thumbnail} {MetadataJson.Errors(metadata)}";

    public static string Codes(MediaMetadata metadata) =>
        string.Join(' ', metadata.Errors.Select(e => $"{e.Field}:{e.Code}"));
}
