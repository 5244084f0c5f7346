using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>An inventory as S3 writes one, in a folder as it looks when it was copied from its bucket.</summary>
internal sealed class InventoryFixture : IDisposable
{
    private const string AllColumns = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag";

    private readonly string _folder = TemporaryFolder.New();
    private readonly JsonArray _files = [];
    private readonly string _source;

    public InventoryFixture(string source)
    {
        _source = source;
        Directory.CreateDirectory(Path.Combine(_folder, "data"));
        Directory.CreateDirectory(Path.Combine(_folder, "2026-11-21T01-00Z"));
        Json = new JsonObject
        {
            ["sourceBucket"] = source,
            ["destinationBucket"] = $"arn:aws:s3:::{source}",
            ["version"] = "2016-11-30",
            ["creationTimestamp"] = "1514944800000",
            ["fileFormat"] = "CSV",
            ["fileSchema"] = AllColumns,
            ["files"] = _files,
        };
    }

    /// <summary>The manifest.</summary>
    public JsonObject Json { get; }

    public string Manifest => Path.Combine(_folder, "2026-11-21T01-00Z", "manifest.json");

    public string DataFile(int number) => Path.Combine(_folder, "data", $"{number}.csv.gz");

    public string Row(string key, bool isLatest = true, bool isDeleteMarker = false) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        "{_source}","{Uri.EscapeDataString(key).Replace("%2F", "/", StringComparison.Ordinal)
            .Replace("%20", "+", StringComparison.Ordinal)}","v","{(isLatest ? "true" : "false")}","{(isDeleteMarker
            ? "true" : "false")}","{(isDeleteMarker ? "" : TendedBucket.Photo(key).Length)}",
        """).ReplaceLineEndings("")
        + $"\"2026-11-06T21:32:00.000Z\",\"{TendedBucket.ETag(TendedBucket.Photo(key))}\"\n";

    /// <param name="text">Of the file before it is compressed.</param>
    public void Add(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        AddBytes(bytes.ToArray());
    }

    public void AddBytes(byte[] content)
    {
        var path = DataFile(_files.Count);
        File.WriteAllBytes(path, content);
        _files.Add((JsonNode)new JsonObject
        {
            ["key"] = $"inventories/{_source}/all/data/{Path.GetFileName(path)}",
            ["size"] = content.Length,
#pragma warning disable CA5351 // As S3 has it.
            ["MD5checksum"] = Convert.ToHexStringLower(MD5.HashData(content)),
#pragma warning restore CA5351
        });
    }

    /// <returns>The path of the manifest.</returns>
    public string Write()
    {
        File.WriteAllText(Manifest, Json.ToJsonString());
        return Manifest;
    }

    public void Dispose() => TemporaryFolder.Delete(_folder);
}
