using System.Text.Json;
using System.Text.Json.Serialization;

namespace PhotoLambda.Cli.Backfill;

/// <summary>
/// An inventory of S3 and the files it consists of,
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html.
/// </summary>
/// <param name="SourceBucket">Whose objects are told of.</param>
/// <param name="DestinationBucket">An ARN, or a name: where the files are.</param>
/// <param name="FileSchema">Names of the columns, with commas and spaces between them.</param>
internal sealed record InventoryManifest(
    [property: JsonPropertyName("sourceBucket")] string? SourceBucket,
    [property: JsonPropertyName("destinationBucket")] string? DestinationBucket,
    [property: JsonPropertyName("fileFormat")] string? FileFormat,
    [property: JsonPropertyName("fileSchema")] string? FileSchema,
    [property: JsonPropertyName("files")] IReadOnlyList<InventoryFile>? Files)
{
    /// <exception cref="CommandException">It is none that can be read; the message says why.</exception>
    public static InventoryManifest Parse(string name, ReadOnlySpan<byte> json)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(json, InventoryJson.Default.InventoryManifest);
            return manifest?.Fault() is { } fault ? throw new CommandException($"{name}: {fault}") : manifest!;
        }
        catch (JsonException e)
        {
            throw new CommandException($"{name} is no manifest of an inventory of S3: it is no JSON of the kind "
                + $"at byte {e.BytePositionInLine ?? 0} of line {(e.LineNumber ?? 0) + 1}.");
        }
    }

    private string? Fault() => this switch
    {
        { SourceBucket: null } or { FileFormat: null } or { FileSchema: null } or { Files: null } =>
            "a manifest of an inventory of S3 has sourceBucket, fileFormat, fileSchema and files; this has not all.",
        { FileFormat: not "CSV" } => $"the inventory is in the format {Shown.Text(FileFormat)}; only CSV can be read. "
            + "Choose CSV as the inventory's output format.",
        _ when !Given.IsBucket(SourceBucket) =>
            $"sourceBucket must be a bucket's name; it is '{Shown.Text(SourceBucket)}'.",
        _ when Files.Any(f =>
            f is null or { Key: null or "" } or { Size: null or < 0 } or { Md5: not { Length: 32 } }) =>
            "each of files must have key, size and MD5checksum, 32 hexadecimal digits; one has not.",
        _ => null,
    };
}

/// <param name="Size">Bytes, compressed.</param>
/// <param name="Md5">Of the file as it is, in hexadecimal digits.</param>
internal sealed record InventoryFile(
    [property: JsonPropertyName("key")] string Key,
    [property: JsonPropertyName("size")] long? Size,
    [property: JsonPropertyName("MD5checksum")] string Md5);

[JsonSerializable(typeof(InventoryManifest))]
internal sealed partial class InventoryJson : JsonSerializerContext;
