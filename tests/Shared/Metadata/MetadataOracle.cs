using System.Globalization;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;
using MetadataExtractor.Formats.Jpeg;
using MetadataExtractor.Formats.Png;
using PhotoLambda.Metadata;
using Directory = MetadataExtractor.Directory;

namespace PhotoLambda.Tests;

/// <summary>The fields that both our reader and MetadataExtractor know, in one spelling.</summary>
internal static class MetadataOracle
{
    public static Dictionary<string, string?> Fields(MediaMetadata ours)
    {
        var (exif, gps) = (ours.Exif, ours.Gps);
        return Present(new()
        {
            ["width"] = Text(ours.Width),
            ["height"] = Text(ours.Height),
            ["make"] = exif?.CameraMake,
            ["model"] = exif?.CameraModel,
            ["lens_make"] = exif?.LensMake,
            ["lens_model"] = exif?.LensModel,
            ["software"] = exif?.Software,
            ["orientation"] = Text(exif?.Orientation),
            ["exposure_time"] = Text(exif?.ExposureTime?.Value),
            ["f_number"] = Text(exif?.FNumber),
            ["iso"] = Text(exif?.Iso),
            ["bias"] = Text(exif?.ExposureBias),
            ["program"] = Text(exif?.ExposureProgram),
            ["metering"] = Text(exif?.MeteringMode),
            ["flash"] = Text(exif?.Flash),
            ["white_balance"] = Text(exif?.WhiteBalance),
            ["focal_length"] = Text(exif?.FocalLengthMm),
            ["focal_length_35mm"] = Text(exif?.FocalLength35mm),
            ["taken_at"] = Text(exif?.TakenAt),
            ["latitude"] = Text(gps?.Latitude),
            ["longitude"] = Text(gps?.Longitude),
            ["altitude"] = Text(gps?.AltitudeMeters),
            ["direction"] = Text(gps?.ImageDirection),
            ["gps_error"] = Text(gps?.HorizontalErrorMeters),
            ["gps_time"] = Text(gps?.TimeUtc),
            ["thumbnail"] = Text(exif?.Thumbnail?.Count),
        });
    }

    /// <returns>Null for a file that MetadataExtractor refuses.</returns>
    public static Dictionary<string, string?>? Fields(byte[] file)
    {
        if (Read(file) is not { } all)
        {
            return null;
        }

        Directory? size = all.OfType<JpegDirectory>().FirstOrDefault();
        size ??= all.OfType<PngDirectory>().FirstOrDefault(d => d.GetPngChunkType() == PngChunkType.IHDR);
        Directory?[] exif =
            [all.OfType<ExifIfd0Directory>().FirstOrDefault(), all.OfType<ExifSubIfdDirectory>().FirstOrDefault()];
        var gps = all.OfType<GpsDirectory>().FirstOrDefault();
        var place = gps?.GetGeoLocation();
        var thumbnail = all.OfType<ExifThumbnailDirectory>().FirstOrDefault();
        var isJpeg = size is JpegDirectory;
        return Present(new()
        {
            ["width"] = Integer([size], isJpeg ? JpegDirectory.TagImageWidth : PngDirectory.TagImageWidth),
            ["height"] = Integer([size], isJpeg ? JpegDirectory.TagImageHeight : PngDirectory.TagImageHeight),
            ["make"] = String(exif, ExifDirectoryBase.TagMake),
            ["model"] = String(exif, ExifDirectoryBase.TagModel),
            ["lens_make"] = String(exif, ExifDirectoryBase.TagLensMake),
            ["lens_model"] = String(exif, ExifDirectoryBase.TagLensModel),
            ["software"] = String(exif, ExifDirectoryBase.TagSoftware),
            ["orientation"] = Integer(exif, ExifDirectoryBase.TagOrientation),
            ["exposure_time"] = Number(exif, ExifDirectoryBase.TagExposureTime),
            ["f_number"] = Number(exif, ExifDirectoryBase.TagFNumber),
            ["iso"] = Integer(exif, ExifDirectoryBase.TagIsoEquivalent),
            ["bias"] = Number(exif, ExifDirectoryBase.TagExposureBias),
            ["program"] = Integer(exif, ExifDirectoryBase.TagExposureProgram),
            ["metering"] = Integer(exif, ExifDirectoryBase.TagMeteringMode),
            ["flash"] = Integer(exif, ExifDirectoryBase.TagFlash),
            ["white_balance"] = Integer(exif, ExifDirectoryBase.TagWhiteBalanceMode),
            ["focal_length"] = Number(exif, ExifDirectoryBase.TagFocalLength),
            ["focal_length_35mm"] = Integer(exif, ExifDirectoryBase.Tag35MMFilmEquivFocalLength),
            ["taken_at"] = Taken(exif),
            ["latitude"] = Text(place?.Latitude),
            ["longitude"] = Text(place?.Longitude),
            ["altitude"] = Number([gps], GpsDirectory.TagAltitude),
            ["direction"] = Number([gps], GpsDirectory.TagImgDirection),
            ["gps_error"] = Number([gps], GpsDirectory.TagHPositioningError),
            ["gps_time"] = gps is not null && gps.TryGetGpsDate(out var time) ? Text(time) : null,
            ["thumbnail"] = Integer([thumbnail], ExifThumbnailDirectory.TagThumbnailLength),
        });
    }

    private static IReadOnlyList<Directory>? Read(byte[] file)
    {
        try
        {
            using var stream = new MemoryStream(file);
            return file[0] == 0xFF ? JpegMetadataReader.ReadMetadata(stream) : PngMetadataReader.ReadMetadata(stream);
        }
        catch (Exception refused) when (refused is ImageProcessingException or IOException or ArgumentException)
        {
            return null;
        }
    }

    private static Dictionary<string, string?> Present(Dictionary<string, string?> fields) =>
        fields.Where(f => !string.IsNullOrEmpty(f.Value)).ToDictionary();

    private static string? String(Directory?[] from, int tag) =>
        from.Select(d => d?.GetString(tag)).FirstOrDefault(t => t is not null)?.Trim(' ', '\0');

    private static string? Integer(Directory?[] from, int tag) =>
        from.Select(d => d is not null && d.TryGetInt32(tag, out var n) ? Text(n) : null)
            .FirstOrDefault(t => t is not null);

    private static string? Number(Directory?[] from, int tag) =>
        from.Select(d => d is not null && d.TryGetRational(tag, out var n) ? Text(n.ToDouble()) : null)
            .FirstOrDefault(t => t is not null);

    private static string? Taken(Directory?[] exif)
    {
        var order = new[]
        {
            (ExifDirectoryBase.TagDateTimeOriginal, ExifDirectoryBase.TagSubsecondTimeOriginal),
            (ExifDirectoryBase.TagDateTimeDigitized, ExifDirectoryBase.TagSubsecondTimeDigitized),
            (ExifDirectoryBase.TagDateTime, ExifDirectoryBase.TagSubsecondTime),
        };
        foreach (var (date, fraction) in order)
        {
            foreach (var directory in exif)
            {
                if (directory is not null && directory.TryGetDateTime(date, out var time))
                {
                    var digits = String(exif, fraction) is { Length: > 0 } text ? text : "0";
                    return Text(time.AddSeconds(double.Parse($"0.{digits}", CultureInfo.InvariantCulture)));
                }
            }
        }

        return null;
    }

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Text(double? number) => number?.ToString("G10", CultureInfo.InvariantCulture);

    private static string? Text(DateTime? time) =>
        time?.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
