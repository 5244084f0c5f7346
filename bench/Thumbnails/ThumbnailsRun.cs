using System.Diagnostics;
using System.Globalization;
using PhotoLambda.Metadata;
using PhotoLambda.OnObjectCreated.Pictures;

namespace PhotoLambda.Bench;

/// <summary>Makes thumbnails in a process that does nothing else.</summary>
internal static class ThumbnailsRun
{
    /// <summary>The bench starts itself with this, the library, a JPEG and sizes, and gets a line: milliseconds of
    /// each, megabytes.</summary>
    public const string Command = "--thumbnails";

    public const int Count = 40;

    public static void Run(string library, string photo, string sizes)
    {
        var file = File.ReadAllBytes(photo);
        int[] wanted = [.. sizes.Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture))];
        var found = new List<double>();
        for (var i = 0; i < Count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            VipsLibrary.Load(library);
            PictureMaker.Make(file, MediaType.Jpeg, wanted, long.MaxValue, default);
            found.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        found.Add(ResidentMemory.Of(Environment.ProcessId).Most);
        Console.WriteLine("made " + string.Join(
            ' ', found.Select(n => n.ToString("0.0", CultureInfo.InvariantCulture))));
    }
}
