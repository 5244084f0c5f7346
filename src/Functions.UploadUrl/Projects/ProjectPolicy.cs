using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.OpenApi;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.UploadUrl.Projects;

/// <summary>What may be uploaded to a project, and how fast. The table has the same limits and defaults.</summary>
/// <param name="MaxMultipartBytes">Of a file that comes in parts, whatever its kind.</param>
/// <param name="UploadUrlsPerMinute">For each user.</param>
internal sealed record ProjectPolicy(
    IReadOnlyList<string> AllowedTypes,
    long MaxImageBytes,
    long MaxAudioBytes,
    long MaxMultipartBytes,
    int UploadUrlsPerMinute)
{
    public static readonly NamedSchema Shape = new("ProjectPolicy", _ => Schema.Object(
        ("allowed_types", Schema.Array(Schema.Choice(MimeTypes.Accepted))),
        ("max_image_bytes", Schema.Integer("Of an image")),
        ("max_audio_bytes", Schema.Integer("Of a sound")),
        ("max_multipart_bytes", Schema.Integer("Of a file that comes in parts, whatever its kind")),
        ("upload_urls_per_minute", Schema.Integer("For each user"))));

    public static ProjectPolicy Default { get; } =
        new(["image/jpeg", "image/png"], 50 * Mebibyte, 100 * Mebibyte, 500 * Mebibyte, 100);

    private const long Mebibyte = 1024 * 1024;
}

/// <summary>A policy as far as a client names it.</summary>
internal sealed record PolicyChange(
    string[]? AllowedTypes,
    long? MaxImageBytes,
    long? MaxAudioBytes,
    long? MaxMultipartBytes,
    long? UploadUrlsPerMinute)
{
    public static readonly PolicyChange None = new(null, null, null, null, null);

    public static PolicyChange Read(Fields fields)
    {
        var types = fields.Texts("allowed_types", MimeTypes.Accepted.Count, 64, MimeTypes.Accepted.Contains,
            Fields.OneOf(MimeTypes.Accepted), least: 1);
        return new PolicyChange(
            types.Length == 0 ? null : [.. types.Distinct()],
            fields.OptionalInteger("max_image_bytes", UploadRequest.LeastBytes, UploadRequest.MostBytes, "bytes"),
            fields.OptionalInteger("max_audio_bytes", UploadRequest.LeastBytes, UploadRequest.MostBytes, "bytes"),
            fields.OptionalInteger(
                "max_multipart_bytes", UploadRequest.LeastBytes, UploadRequest.MostPartedBytes, "bytes"),
            fields.OptionalInteger("upload_urls_per_minute", 1, 100_000, ""));
    }

    public ProjectPolicy Over(ProjectPolicy policy) => new(
        AllowedTypes ?? policy.AllowedTypes,
        MaxImageBytes ?? policy.MaxImageBytes,
        MaxAudioBytes ?? policy.MaxAudioBytes,
        MaxMultipartBytes ?? policy.MaxMultipartBytes,
        (int)(UploadUrlsPerMinute ?? policy.UploadUrlsPerMinute));
}
