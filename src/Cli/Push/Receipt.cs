using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace PhotoLambda.Cli.Push;

/// <summary>What a push has done, with every file: proof for whoever wants to delete the originals.</summary>
/// <param name="Format">Which makes a file a receipt.</param>
internal sealed record Receipt(
    [property: JsonPropertyName("photolambda_receipt")] int Format,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    string Api,
    Guid ProjectId,
    string ProjectName,
    string Source,
    bool DryRun,
    ReceiptTotals Totals,
    IReadOnlyDictionary<string, int> Skipped,
    FileOutcome[] Files)
{
    public const int CurrentFormat = 1;

    public void WriteTo(string path) => Written.Replace(path, file =>
        JsonSerializer.Serialize(file, this, PushJson.Pages.Receipt));
}

/// <param name="UploadedBefore">Of those uploaded, by earlier runs.</param>
/// <param name="Bytes">Sent in this run.</param>
internal sealed record ReceiptTotals(
    int Files, int Uploaded, int UploadedBefore, int Known, int New, int Failed, int Left, int Skipped, long Bytes);

/// <summary>The files that are still to be pushed, as a manifest of the same push.</summary>
internal static class RetryList
{
    /// <param name="folder">Which the files' paths are relative to: that of the journal.</param>
    public static void Write(
        string path, string journal, string folder, IEnumerable<(string Path, string? Session)> files)
    {
        var from = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Written.Replace(path, stream =>
        {
            void Line(ManifestLine line)
            {
                Write(stream, line, PushJson.Lines.ManifestLine);
            }

            Line(new ManifestLine(null, Journal: Path.GetRelativePath(from, journal)));
            foreach (var file in files)
            {
                var place = Path.GetFullPath(file.Path, folder);
                Line(new ManifestLine(Path.GetRelativePath(from, place), file.Session));
            }
        });
    }

    private static void Write<T>(Stream stream, T line, JsonTypeInfo<T> type)
    {
        JsonSerializer.Serialize(stream, line, type);
        stream.WriteByte((byte)'\n');
    }
}

internal static class Written
{
    /// <summary>Puts a file in the place of another when it is there as a whole.</summary>
    public static void Replace(string path, Action<Stream> write)
    {
        var part = path + ".part";
        using (var file = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, 64 * 1024))
        {
            write(file);
            file.Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: true);
    }
}
