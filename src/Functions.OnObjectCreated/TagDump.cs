using System.Buffers;
using System.Text;
using System.Text.Json;
using MetadataExtractor.Formats.Exif;
using PhotoLambda.Metadata;
using PhotoLambda.Metadata.Scrubbing;
using TagDirectory = MetadataExtractor.Directory;
using TiffStructure = MetadataExtractor.Formats.Tiff.TiffReader;

namespace PhotoLambda.OnObjectCreated;

/// <summary>
/// Every tag of an EXIF block, the makers' own included, by MetadataExtractor, which sees that block alone and through
/// a reader that ends it in time.
/// </summary>
internal static class TagDump
{
    /// <summary>Bytes of JSON; what does not fit is left out.</summary>
    public const int MaxJson = 64 * 1024;

    // Of tags with one and the same number: the GPS IFD's, which may also stand where they do not belong.
    private const int LastGpsTag = 0x1F;

    /// <param name="block">From its TIFF header on; at most 64 KiB.</param>
    /// <param name="withPositions">Also the GPS IFD, and the makers' own tags, some of which are positions.</param>
    /// <returns>JSON of directories, of tags, of texts; null when there is none. And what went wrong, if anything.
    /// </returns>
    public static (string? Json, MetadataError? Error) Write(byte[] block, bool withPositions)
    {
        var (directories, error) = (new List<TagDirectory>(), (MetadataError?)null);
        try
        {
            TiffStructure.ProcessTiff(new BudgetReader(block), new TagHandler(directories, withPositions));
        }
        catch (Exception e)
        {
            // The library throws whatever it likes at a file that it did not expect; what it has read is kept.
            error = Failed(e);
        }

        try
        {
            return (Text(directories, withPositions), error);
        }
        catch (Exception e)
        {
            return (null, error ?? Failed(e));
        }
    }

    private static MetadataError Failed(Exception e) => new("exif", MetadataCode.NotDumped, e.GetType().Name);

    private static string? Text(List<TagDirectory> directories, bool withPositions)
    {
        var bytes = new ArrayBufferWriter<byte>(4096);
        var names = new HashSet<string>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach (var directory in directories.Where(d => withPositions || IsHarmless(d)))
            {
                // A second one of a kind is of another picture.
                if (directory.Tags.Count > 0 && names.Add(directory.Name))
                {
                    json.WriteStartObject(directory.Name);
                    Write(json, directory, withPositions);
                    json.WriteEndObject();
                }
            }

            json.WriteEndObject();
        }

        return names.Count == 0 ? null : Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, TagDirectory directory, bool withPositions)
    {
        var names = new HashSet<string>();
        foreach (var tag in directory.Tags)
        {
            if ((withPositions || IsHarmless(tag))
                && tag.Description is { } description && ExifText.Clean(description) is { } text
                && json.BytesCommitted + json.BytesPending + LongestMember(tag.Name, text) < MaxJson
                && names.Add(tag.Name))
            {
                json.WriteString(tag.Name, text);
            }
        }
    }

    // A character may be escaped with six bytes; the rest is for quotes and brackets.
    private static int LongestMember(string name, string text) => ((name.Length + text.Length) * 6) + 64;

    private static bool IsHarmless(TagDirectory directory) => directory is ExifDirectoryBase and not GpsDirectory;

    private static bool IsHarmless(MetadataExtractor.Tag tag) =>
        tag.HasName && tag.Type > LastGpsTag && !TiffScrub.IsOpaque(tag.Type)
        && !PositionWords.AreInText(Encoding.UTF8.GetBytes(tag.Description ?? ""));
}
