using System.Globalization;
using System.Text;
using System.Text.Json;
using PhotoLambda.Local.Postgres;
using PhotoLambda.Metadata;

namespace PhotoLambda.Tests;

/// <summary>Debian's exiftool as the other opinion: the fields that both know, in one spelling.</summary>
internal static class Exiftool
{
    private static readonly string[] Tags =
    [
        "-ImageWidth", "-ImageHeight", "-Orientation", "-Make", "-Model", "-DateTimeOriginal", "-CreateDate",
        "-ModifyDate", "-SubSecTime*", "-Rotation", "-GPSLatitude*", "-GPSLongitude*",
    ];

    public static Task<string> HaveAsync() => DebianProgram.HaveAsync("libimage-exiftool-perl", "exiftool", "-ver");

    /// <summary>Reads all files of a folder at once: starting Perl takes longer than a hundred of them.</summary>
    /// <returns>By path: the tags by group and name, e.g. <c>IFD0:Make</c>.</returns>
    public static async Task<Dictionary<string, JsonElement>> ReadAsync(string folder)
    {
        string[] all = ["-json", "-n", "-struct", "-a", "-G1", "-q", "-r", "-ext", "*", .. Tags, "."];
        var command = await RunAsync(folder, all);
        // Complaints of files that it cannot read follow the list.
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(command.Output));
        using var list = JsonDocument.ParseValue(ref reader);
        return list.RootElement.EnumerateArray().ToDictionary(
            f => Path.GetFullPath(f.GetProperty("SourceFile").GetString()!, folder), f => f.Clone());
    }

    public static async Task<Command> RunAsync(string folder, params string[] arguments) => await Command.RunAsync(
        folder, [await HaveAsync(), .. arguments], TestContext.Current.CancellationToken);

    public static Dictionary<string, string?> Fields(MediaMetadata ours) => Present(new()
    {
        ["width"] = Text(ours.Width),
        ["height"] = Text(ours.Height),
        ["orientation"] = Text(ours.Exif?.Orientation),
        ["make"] = ours.Exif?.CameraMake,
        ["model"] = ours.Exif?.CameraModel,
        ["taken_at"] = ours.Exif is { TakenAtSource: not TakenAtSource.Gps, TakenAt: { } time } ? Text(time) : null,
        ["latitude"] = Text(ours.Gps?.Latitude),
        ["longitude"] = Text(ours.Gps?.Longitude),
    });

    public static Dictionary<string, string?> Fields(JsonElement theirs) => Present(new()
    {
        ["width"] = First(theirs, "ImageWidth", "PNG", "GIF", "RIFF", "File", "IFD0"),
        ["height"] = First(theirs, "ImageHeight", "PNG", "GIF", "RIFF", "File", "IFD0"),
        ["orientation"] = First(theirs, "Orientation", "IFD0", "ExifIFD"),
        ["make"] = First(theirs, "Make", "IFD0", "ExifIFD"),
        ["model"] = First(theirs, "Model", "IFD0", "ExifIFD"),
        ["taken_at"] = Taken(theirs, "DateTimeOriginal", "SubSecTimeOriginal")
            ?? Taken(theirs, "CreateDate", "SubSecTimeDigitized") ?? Taken(theirs, "ModifyDate", "SubSecTime"),
        ["latitude"] = Angle(theirs, "GPSLatitude", "S"),
        ["longitude"] = Angle(theirs, "GPSLongitude", "W"),
    });

    private static Dictionary<string, string?> Present(Dictionary<string, string?> fields) =>
        fields.Where(f => !string.IsNullOrEmpty(f.Value)).ToDictionary();

    private static string? First(JsonElement tags, string name, params string[] groups) =>
        groups.Select(g => tags.TryGetProperty($"{g}:{name}", out var value) ? value.ToString().Trim() : null)
            .FirstOrDefault(t => t is not null);

    private static string? Taken(JsonElement tags, string date, string fraction)
    {
        var text = First(tags, date, "ExifIFD", "IFD0");
        var digits = First(tags, fraction, "ExifIFD", "IFD0") is { Length: > 0 } found ? found : "0";
        return DateTime.TryParseExact(
            text, "yyyy:MM:dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? Text(time.AddSeconds(double.Parse($"0.{digits}", CultureInfo.InvariantCulture)))
            : null;
    }

    private static string? Angle(JsonElement tags, string name, string negative) =>
        double.TryParse(First(tags, name, "GPS"), CultureInfo.InvariantCulture, out var angle)
            && First(tags, $"{name}Ref", "GPS") is { Length: > 0 } side
            ? Text(side == negative ? -angle : angle)
            : null;

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Text(double? number) => number?.ToString("G10", CultureInfo.InvariantCulture);

    private static string Text(DateTime time) =>
        time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
