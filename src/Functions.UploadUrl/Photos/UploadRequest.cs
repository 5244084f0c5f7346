using System.Globalization;
using PhotoLambda.Photos;
using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>What a client says of the file that it wants to upload. The store holds it to every word.</summary>
/// <param name="FileSize">Bytes.</param>
/// <param name="Sha256">32 bytes, or null when the client did not compute it.</param>
/// <param name="DetectionTypes">Empty: the detector's own choice.</param>
internal sealed record UploadRequest(
    Guid ProjectId,
    string FileName,
    long FileSize,
    string MimeType,
    byte[]? Sha256,
    string[] DetectionTypes,
    string Priority,
    string? SessionId)
{
    public const long LeastBytes = 1024;

    /// <summary>What no project may go beyond; its policy says what it takes.</summary>
    public const long MostBytes = 500L * 1024 * 1024;

    /// <summary>The same for files that are uploaded in parts.</summary>
    public const long MostPartedBytes = 5L * 1024 * 1024 * 1024;

    private const int MostDetectionTypes = 16;

    private static readonly string[] Priorities = ["low", "normal", "high"];

    private const string NameLimit = "1 to 64 letters, digits, '-', '_' or '.'";

    public static UploadRequest Read(Fields fields) => Read(fields, MostBytes, isParted: false);

    /// <summary>A file to be uploaded in parts: it may be larger, and has no SHA-256 that the store knows.</summary>
    public static UploadRequest ReadParted(Fields fields) => Read(fields, MostPartedBytes, isParted: true);

    public static string ReadFileName(Fields fields, bool required) => fields.Text(
        "file_name", 255, required, IsFileName,
        "text of 1 to 255 characters without path separators and control characters") ?? "";

    /// <summary>What a client may say beside the file itself.</summary>
    public static (string[] DetectionTypes, string Priority, string? SessionId) ReadWishes(Fields fields) => (
        fields.Texts("detection_types", MostDetectionTypes, 64, IsName, NameLimit),
        fields.Choice("priority", Priorities) ?? "normal",
        fields.Text("session_id", 64, isFit: IsName, limit: NameLimit));

    private static UploadRequest Read(Fields fields, long mostBytes, bool isParted)
    {
        var project = fields.Uuid("project_id");
        var name = ReadFileName(fields, required: true);
        var size = fields.Integer("file_size", LeastBytes, mostBytes, "bytes");
        var type = fields.Choice("mime_type", MimeTypes.Accepted, required: true) ?? "";
        var sha256 = isParted ? null : ReadSha256(fields);
        var (detections, priority, session) = ReadWishes(fields);
        return new UploadRequest(project, name, size, type, sha256, detections, priority, session);
    }

    public static bool IsSha256(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);

    private static byte[]? ReadSha256(Fields fields)
    {
        var text = fields.Text(
            "sha256", 64, isFit: IsSha256, limit: "64 hexadecimal digits");
        return text is null ? null : Convert.FromHexString(text);
    }

    private static bool IsFileName(string name) =>
        name is not ("." or "..") && !string.IsNullOrWhiteSpace(name) && !name.Any(c =>
            c is '/' or '\\' || CharUnicodeInfo.GetUnicodeCategory(c) is
                UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static bool IsName(string text) =>
        text.Length is >= 1 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
