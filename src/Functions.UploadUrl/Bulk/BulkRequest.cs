using System.Text.Json;
using System.Text.Json.Nodes;
using PhotoLambda.Bulk;
using PhotoLambda.Photos;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Bulk;

/// <summary>
/// Descriptors of objects that are there. What each of them says is looked at where it is stored: one that is wrong is
/// rejected there alone.
/// </summary>
/// <param name="Photos">A JSON object each, as it came.</param>
/// <param name="Inspect">Whether the objects are read; else what the descriptors tell stays.</param>
internal sealed record BulkRequest(string[] Photos, bool Inspect)
{
    /// <summary>
    /// Bytes. The event that brings it has 6 MiB: room for it in Base64, or as text of which a third is quotes.
    /// </summary>
    public const int LongestBody = 4 * 1024 * 1024;

    private const int Most = 1000;

    private static readonly NamedSchema Descriptor = new("PhotoDescriptor", _ => Schema.Object(
        ("project_id", Schema.Uuid("A project of the organization")),
        ("s3_key", Schema.Text(
            "Up to 1,024 bytes; begins with the project's id and a slash, or a prefix adopted for it", 1024)),
        ("mime_type", Schema.Choice(MimeTypes.Accepted, "One of those that the project takes")),
        ("file_size", Schema.Integer("Bytes; at most what the project takes", 1, 5L * 1024 * 1024 * 1024 * 1024)))
        .With("id", Optional(Schema.Uuid("The photo's; a new UUIDv7 unless given")))
        .With("s3_bucket", Optional(Schema.Text("The originals bucket unless given", 255)))
        .With("file_name", Optional(Schema.Text(
            "Without path separators and control characters; the key's last part unless given", 255)))
        .With("sha256", Optional(Schema.Text("64 hexadecimal digits", 64)))
        .With("etag", Optional(Schema.Text("The object's", 128)))
        .With("version_id", Optional(Schema.Text("The object's", 1024)))
        .With("uploaded_at", Optional(Schema.Instant("Now unless given")))
        .With("uploaded_by_user_id", Optional(Schema.Text(
            "Whoever uploaded it at the time; the caller unless given. Not compared with the token", 255)))
        .With("session_id", Optional(Schema.Text("Letters, digits, '-', '_' and '.'", 64)))
        .With("detection_types", Optional(Schema.Array(Schema.Text("Letters, digits, '-', '_' and '.'", 64), most: 16)))
        .With("priority", Optional(Schema.Choice(["low", "normal", "high"], "normal unless given")))
        .With("width", Pixels("As stored"))
        .With("height", Pixels("As stored"))
        .With("display_width", Pixels("After orientation"))
        .With("display_height", Pixels("After orientation"))
        .With("duration_ms", Optional(Schema.Integer("Of a sound", 0, long.MaxValue)))
        .With("bitrate_bps", Optional(Schema.Integer("Of a sound", 1, int.MaxValue)))
        .With("sample_rate_hz", Optional(Schema.Integer("Of a sound", 1, int.MaxValue)))
        .With("channels", Optional(Schema.Integer("Of a sound", 1, short.MaxValue)))
        .With("exif_data", Optional(Schema.OfKind(
            JsonValueKind.Object, "The fields of docs/metadata.md: up to 128 members, 64 KiB and 8 levels"))));

    public static BulkRequest Read(Fields fields) => new(
        fields.RawObjects("photos", Most, BulkMessages.LongestDescriptor, Descriptor),
        fields.OptionalBoolean("inspect") ?? true);

    private static JsonObject Pixels(string description) =>
        Optional(Schema.Integer($"Pixels. {description}", 1, int.MaxValue));

    private static JsonObject Optional(JsonObject schema) =>
        Schema.Nullable(schema);
}
