using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PhotoLambda.Metadata;

/// <summary>Metadata as the database and the API hold it: snake_case, unknown members left out.</summary>
internal static class MetadataJson
{
    private static readonly string[] Programs =
    [
        "not_defined", "manual", "normal", "aperture_priority", "shutter_priority", "creative", "action", "portrait",
        "landscape", "bulb",
    ];

    private static readonly string[] Meterings =
        ["unknown", "average", "center_weighted_average", "spot", "multi_spot", "pattern", "partial"];

    /// <returns>The value of <c>exif_data</c>; null where the file has no EXIF.</returns>
    public static string? ExifData(MediaMetadata metadata) =>
        metadata.Exif is { } exif ? Text(exif, WriteExif) : null;

    /// <returns>The value of <c>gps_coordinates</c>; null where no position is known.</returns>
    public static string? GpsCoordinates(MediaMetadata metadata) =>
        metadata.Gps is { } gps ? Text(gps, WriteGps) : null;

    /// <returns>The value of <c>metadata_errors</c>: an array, or null where there is nothing to tell.</returns>
    public static string? Errors(MediaMetadata metadata) =>
        metadata.Errors.Count == 0 ? null : Text(metadata.Errors, WriteErrors);

    /// <returns>The value of <c>taken_at_source</c>.</returns>
    public static string? TakenAtSourceName(ExifData? exif) => exif?.TakenAtSource switch
    {
        TakenAtSource.ExifOriginal => "exif_original",
        TakenAtSource.ExifDigitized => "exif_digitized",
        TakenAtSource.ExifModified => "exif_modified",
        TakenAtSource.Gps => "gps",
        _ => null,
    };

    public static void WriteExif(Utf8JsonWriter json, ExifData exif)
    {
        json.WriteStartObject();
        Write(json, "camera_make", exif.CameraMake);
        Write(json, "camera_model", exif.CameraModel);
        Write(json, "lens_make", exif.LensMake);
        Write(json, "lens_model", exif.LensModel);
        Write(json, "lens_specification", exif.LensSpecification);
        Write(json, "software", exif.Software);
        Write(json, "orientation", exif.Orientation);
        WriteTaken(json, exif);
        Write(json, "exposure_time", exif.ExposureTime?.ToString());
        Write(json, "exposure_seconds", exif.ExposureTime?.Value);
        Write(json, "f_number", exif.FNumber);
        Write(json, "iso", exif.Iso);
        Write(json, "exposure_bias_ev", exif.ExposureBias);
        Write(json, "exposure_program", Name(exif.ExposureProgram, Programs));
        Write(json, "metering_mode", Name(exif.MeteringMode, Meterings));
        Write(json, "flash", exif.Flash);
        Write(json, "flash_fired", exif.FlashFired);
        Write(json, "white_balance", Name(exif.WhiteBalance, ["auto", "manual"]));
        Write(json, "focal_length_mm", exif.FocalLengthMm);
        Write(json, "focal_length_35mm", exif.FocalLength35mm);
        json.WriteEndObject();
    }

    public static void WriteGps(Utf8JsonWriter json, GpsCoordinates gps)
    {
        json.WriteStartObject();
        Write(json, "latitude", Math.Round(gps.Latitude, 8));
        Write(json, "longitude", Math.Round(gps.Longitude, 8));
        Write(json, "altitude_m", gps.AltitudeMeters);
        Write(json, "image_direction_deg", gps.ImageDirection);
        Write(json, "image_direction_ref", gps.DirectionIsTrue is { } isTrue ? isTrue ? "true" : "magnetic" : null);
        Write(json, "horizontal_error_m", gps.HorizontalErrorMeters);
        Write(json, "time_utc", Time(gps.TimeUtc) is { } time ? time + "Z" : null);
        json.WriteEndObject();
    }

    public static void WriteErrors(Utf8JsonWriter json, IReadOnlyList<MetadataError> errors)
    {
        json.WriteStartArray();
        foreach (var error in errors)
        {
            json.WriteStartObject();
            json.WriteString("field", error.Field);
            json.WriteString("code", error.Code);
            json.WriteString("detail", error.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Time and offset are apart; put together they are an RFC 3339 timestamp.</summary>
    private static void WriteTaken(Utf8JsonWriter json, ExifData exif)
    {
        Write(json, "taken_at", Time(exif.TakenAt));
        Write(json, "taken_at_offset", exif.TakenAtOffset is { } minutes ? Offset(minutes) : null);
        Write(json, "taken_at_source", TakenAtSourceName(exif));
    }

    private static string? Time(DateTime? time) =>
        time?.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    private static string Offset(int minutes) =>
        $"{(minutes < 0 ? '-' : '+')}{Math.Abs(minutes) / 60:00}:{Math.Abs(minutes) % 60:00}";

    private static string? Name(int? value, string[] names) =>
        value is not { } number ? null : number < names.Length ? names[number] : "other";

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } fact)
        {
            json.WriteBoolean(name, fact);
        }
    }

    private static string Text<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes))
        {
            write(json, value);
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
