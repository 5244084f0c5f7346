using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>ExifTool, which knows more places of a position than any other program.</summary>
internal static class PositionFinder
{
    private static readonly string[] Positions = ["-*GPS*", "-*Latitude*", "-*Longitude*", "-*GeoTiff*", "-ee"];

    /// <summary>What names a position, of each file by its name; empty where nothing does.</summary>
    public static async Task<Dictionary<string, string>> PositionsAsync(string folder)
    {
        var found = await RunAsync(folder, ["-j", "-q", "-q", "-a", "-G1", "-n", .. Positions, "."]);
        return JsonDocument.Parse(Json(found)).RootElement.EnumerateArray().ToDictionary(
            f => Path.GetFileName(f.GetProperty("SourceFile").GetString()!),
            f => string.Join(' ', f.EnumerateObject().Where(m => m.Name != "SourceFile").Select(m => m.Name)));
    }

    /// <summary>A position in EXIF and in XMP, written by PositionFinder.</summary>
    public static async Task LocateAsync(string folder, params string[] files) =>
        await RunAsync(folder, [
            "-q", "-overwrite_original", "-GPSLatitude=46.498", "-GPSLatitudeRef=N", "-GPSLongitude=7.7361",
            "-GPSLongitudeRef=E", "-GPSAltitude=1578.4", "-GPSDateStamp=2024:05:01", "-EXIF:Make=PhotoLambda",
            "-EXIF:Model=Test", "-XMP:GPSLatitude=46.498", "-XMP:GPSLongitude=7.7361", "-XMP:Creator=PhotoLambda",
            .. files]);

    /// <summary>All tags but those of files and positions, and a hash of the picture itself, as text.</summary>
    public static async Task<string> OtherTagsAsync(string folder, string file)
    {
        var tags = await RunAsync(folder, [
            "-j", "-q", "-q", "-a", "-G1", "-n", "-api", "requesttags=imagedatahash", "-all", "--System:all",
            "--ExifTool:all", "--XMP-x:all", "--XMP-exif:all", "--XMP-dc:all", "--GPS:all",
            "--Composite:all", "--IFD0:GPSInfo", "--MakerNotes:all", "--PNG:XMP", file]);
        return Json(tags);
    }

    private static async Task<string> RunAsync(string folder, string[] arguments) =>
        (await Exiftool.RunAsync(folder, arguments)).Output;

    // Errors stand behind it.
    private static string Json(string output) => output[output.IndexOf('[')..(output.LastIndexOf(']') + 1)];
}
