using System.Text.Json;
using System.Text.Json.Serialization;

namespace PhotoLambda.Local.Cdn;

/// <summary>A file of the media library.</summary>
/// <param name="FileId">Stays when the file is overwritten; <paramref name="VersionId"/> does not.</param>
/// <param name="FilePath">Folder and name, from a slash on.</param>
/// <param name="Transformation">As the upload asked; it is kept, not applied. Null: none.</param>
/// <param name="Uploads">How often it was uploaded.</param>
/// <param name="Blob">The file that has the bytes.</param>
internal sealed record LibraryFile(
    string FileId,
    string VersionId,
    string FilePath,
    long Size,
    string Mime,
    int? Width,
    int? Height,
    string? Transformation,
    DateTimeOffset Created,
    DateTimeOffset Updated,
    int Uploads,
    string Blob)
{
    [JsonIgnore]
    public string Name => FilePath[(FilePath.LastIndexOf('/') + 1)..];

    /// <summary>Without a slash at the end: empty for the root.</summary>
    [JsonIgnore]
    public string Folder => FilePath[..FilePath.LastIndexOf('/')];

    [JsonIgnore]
    public string FileType => Mime.StartsWith("image/", StringComparison.Ordinal) ? "image" : "non-image";

    public void Write(Utf8JsonWriter json, string url)
    {
        json.WriteString("type", "file");
        json.WriteString("fileId", FileId);
        json.WriteString("name", Name);
        json.WriteString("filePath", FilePath);
        json.WriteString("url", url);
        json.WriteString("thumbnailUrl", url);
        json.WriteString("fileType", FileType);
        json.WriteString("mime", Mime);
        json.WriteNumber("size", Size);
        if (Width is { } width && Height is { } height)
        {
            json.WriteNumber("width", width);
            json.WriteNumber("height", height);
        }

        json.WriteStartObject("versionInfo");
        json.WriteString("id", VersionId);
        json.WriteString("name", $"Version {Uploads}");
        json.WriteEndObject();
        json.WriteBoolean("isPrivateFile", false);
        json.WriteBoolean("isPublished", true);
        json.WriteNull("tags");
        json.WriteNull("AITags");
        json.WriteNull("customCoordinates");
        json.WriteString("createdAt", Created);
        json.WriteString("updatedAt", Updated);
    }
}

/// <summary>One line of the library's journal: a file as it is from now on, or the id of one that is gone.</summary>
internal sealed record LibraryRecord(LibraryFile? Put = null, string? Delete = null);

[JsonSerializable(typeof(LibraryRecord))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class LibraryJson : JsonSerializerContext;
