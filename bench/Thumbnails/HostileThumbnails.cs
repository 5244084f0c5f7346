using System.Diagnostics;
using System.Globalization;
using PhotoLambda.Metadata;
using PhotoLambda.OnObjectCreated.Pictures;

namespace PhotoLambda.Bench;

/// <summary>Decodes files that broke others, and mutants of real ones, in a process that may break.</summary>
internal static class HostileThumbnails
{
    /// <summary>The bench starts itself with this and the library, and gets a line of what was found.</summary>
    public const string Command = "--hostile-thumbnails";

    private const int Mutants = 3_000;
    private const int Seed = 12;
    private const int LargestOriginal = 3_000_000;
    private const double MostMilliseconds = 8_000;

    // What a function of 1,024 MB has beside itself and the file.
    private const double MostMegabytes = 768;

    private static readonly MediaType[] Types =
        [MediaType.Jpeg, MediaType.Png, MediaType.Gif, MediaType.WebP, MediaType.Avif, MediaType.Tiff];

    public static IEnumerable<string[]> Rows(string line)
    {
        var found = line.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return
        [
            Row($"{found[0]:0} decodings of files of ../shared, {found[1]:0} of which make pictures: the slowest, ms",
                found[2], ""),
            Row($"{Mutants} mutants (seed {Seed}), {found[3]:0} of which make pictures: the slowest, ms", found[4],
                Goal.AtMost(MostMilliseconds, "8 s", found[4])),
            Row("the process that decoded them, resident at most beyond the files that it held, MB", found[5],
                Goal.AtMost(MostMegabytes, "768 MB", found[5])),
        ];
    }

    /// <summary>The child's part; a crash ends the bench.</summary>
    public static void Run(string library)
    {
        VipsLibrary.Load(library);
        var files = Release.AllFiles.Select(File.ReadAllBytes).Where(f => f.Length > 0).ToArray();
        var before = ResidentMemory.Of(Environment.ProcessId).Now;
        var (decoded, made, slowest) = (0, 0, 0.0);
        foreach (var file in files)
        {
            // What is no picture is tried as each of them.
            var type = MediaTypes.Sniff(file.AsSpan(0, Math.Min(file.Length, MediaTypes.HeadBytes)));
            foreach (var tried in PictureMaker.Knows(type) ? [type] : Types)
            {
                decoded++;
                var (isMade, milliseconds) = Make(file, tried);
                made += isMade ? 1 : 0;
                slowest = Math.Max(slowest, milliseconds);
            }
        }

        var (mutantsMade, slowestMutant) = MakeOfMutants(files);
        var memory = ResidentMemory.Of(Environment.ProcessId).Most - before;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"found {decoded} {made} {slowest} {mutantsMade} {slowestMutant} {memory}"));
    }

    private static (int Made, double Slowest) MakeOfMutants(byte[][] files)
    {
        // The types take turns: there are many more files of some than of others.
        var originals = files.Where(f => f.Length is > MediaTypes.HeadBytes and < LargestOriginal)
            .GroupBy(f => MediaTypes.Sniff(f)).Where(g => PictureMaker.Knows(g.Key))
            .Select(g => (Type: g.Key, Mutants: new Mutants([.. g], Seed))).ToArray();
        var (made, slowest) = (0, 0.0);
        for (var i = 0; i < Mutants && originals.Length > 0; i++)
        {
            var (type, mutants) = originals[i % originals.Length];
            var (isMade, milliseconds) = Make(mutants.Next().ToArray(), type);
            made += isMade ? 1 : 0;
            slowest = Math.Max(slowest, milliseconds);
        }

        return (made, slowest);
    }

    private static (bool IsMade, double Milliseconds) Make(byte[] file, MediaType type)
    {
        var start = Stopwatch.GetTimestamp();
        var isMade = true;
        try
        {
            PictureMaker.Make(file, type, [320, 160], 100_000_000, default);
        }
        catch (VipsException)
        {
            isMade = false;
        }

        return (isMade, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    private static string[] Row(string name, double value, string goal) =>
        [name, "", "", "", "", value.ToString("0", CultureInfo.InvariantCulture), goal];
}
