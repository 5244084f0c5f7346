using PhotoLambda.Photos;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.OpenApi;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.UploadUrl.Projects;

/// <summary>
/// What may be uploaded to a project, how fast, and what is read of it. The table has the same limits and defaults.
/// </summary>
/// <param name="MaxMultipartBytes">Of a file that comes in parts, whatever its kind.</param>
/// <param name="UploadUrlsPerMinute">For each user.</param>
/// <param name="GpsGrid">Degrees; the side of the squares whose middles stand for positions when coarsened.</param>
/// <param name="ThumbnailSizes">Pixels of the longer side of each; none: what the camera embedded.</param>
/// <param name="SystemMedia">Who may read what belongs to no user.</param>
/// <param name="ScrubGps">Whether links of originals give copies without positions.</param>
internal sealed record ProjectPolicy(
    IReadOnlyList<string> AllowedTypes,
    long MaxImageBytes,
    long MaxAudioBytes,
    long MaxMultipartBytes,
    int UploadUrlsPerMinute,
    string Gps,
    double GpsGrid,
    bool ScrubGps,
    bool KeepAllTags,
    bool HashImageData,
    long MaxPixels,
    IReadOnlyList<int> ThumbnailSizes,
    bool PublishToCdn,
    string SystemMedia)
{
    public static readonly string[] GpsChoices = ["keep", "coarsen", "drop"];
    public static readonly string[] Readers = ["organization", "everyone"];

    public static readonly NamedSchema Shape = new("ProjectPolicy", _ => Schema.Object(
        ("allowed_types", Schema.Array(Schema.Choice(MimeTypes.Accepted))),
        ("max_image_bytes", Schema.Integer("Of an image")),
        ("max_audio_bytes", Schema.Integer("Of a sound")),
        ("max_multipart_bytes", Schema.Integer("Of a file that comes in parts, whatever its kind")),
        ("upload_urls_per_minute", Schema.Integer("For each user")),
        ("gps", Schema.Choice(GpsChoices, "What is stored of positions")),
        ("gps_grid", Schema.Number("Degrees: coarsened positions are the middles of squares of this side")),
        ("scrub_gps", Schema.Boolean("Links of originals give copies without positions")),
        ("keep_all_tags", Schema.Boolean("exif_data has every tag of the EXIF block, in tags")),
        ("hash_image_data", Schema.Boolean("A hash of the image data alone finds duplicates, too")),
        ("max_pixels", Schema.Integer("Width times height")),
        ("thumbnail_sizes", Schema.Array(
            Schema.Integer(), description: "Pixels of the longer side; none: the thumbnail that the camera embedded")),
        ("publish_to_cdn", Schema.Boolean("Images go to the deployment's CDN")),
        ("system_media", Schema.Choice(Readers, "Whose code may read what belongs to no user"))));

    public static ProjectPolicy Default { get; } =
        new(["image/jpeg", "image/png"], 50 * Mebibyte, 100 * Mebibyte, 500 * Mebibyte, 100,
            GpsChoices[0], 0.1, ScrubGps: false, KeepAllTags: false, HashImageData: false, MaxPixels: 100_000_000,
            ThumbnailSizes: [], PublishToCdn: false, Readers[0]);

    private const long Mebibyte = 1024 * 1024;
}

/// <summary>A policy as far as a client names it.</summary>
internal sealed record PolicyChange(
    string[]? AllowedTypes,
    long? MaxImageBytes,
    long? MaxAudioBytes,
    long? MaxMultipartBytes,
    long? UploadUrlsPerMinute,
    string? Gps,
    double? GpsGrid,
    bool? ScrubGps,
    bool? KeepAllTags,
    bool? HashImageData,
    long? MaxPixels,
    int[]? ThumbnailSizes,
    bool? PublishToCdn,
    string? SystemMedia)
{
    public static readonly PolicyChange None = new(
        null, null, null, null, null, null, null, null, null, null, null, null, null, null);

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
            fields.OptionalInteger("upload_urls_per_minute", 1, 100_000, ""),
            fields.Choice("gps", ProjectPolicy.GpsChoices),
            fields.OptionalNumber("gps_grid", 0.001, 10, "degrees"),
            fields.OptionalBoolean("scrub_gps"),
            fields.OptionalBoolean("keep_all_tags"),
            fields.OptionalBoolean("hash_image_data"),
            fields.OptionalInteger("max_pixels", 1_000_000, 500_000_000, "pixels"),
            fields.OptionalNumbers("thumbnail_sizes", 4, 16, 2048),
            fields.OptionalBoolean("publish_to_cdn"),
            fields.Choice("system_media", ProjectPolicy.Readers));
    }

    public static PolicyChange Of(ProjectPolicy policy) => new(
        [.. policy.AllowedTypes], policy.MaxImageBytes, policy.MaxAudioBytes, policy.MaxMultipartBytes,
        policy.UploadUrlsPerMinute, policy.Gps, policy.GpsGrid, policy.ScrubGps, policy.KeepAllTags,
        policy.HashImageData, policy.MaxPixels, [.. policy.ThumbnailSizes], policy.PublishToCdn, policy.SystemMedia);

    public ProjectPolicy Over(ProjectPolicy policy) => new(
        AllowedTypes ?? policy.AllowedTypes,
        MaxImageBytes ?? policy.MaxImageBytes,
        MaxAudioBytes ?? policy.MaxAudioBytes,
        MaxMultipartBytes ?? policy.MaxMultipartBytes,
        (int)(UploadUrlsPerMinute ?? policy.UploadUrlsPerMinute),
        Gps ?? policy.Gps,
        GpsGrid ?? policy.GpsGrid,
        ScrubGps ?? policy.ScrubGps,
        KeepAllTags ?? policy.KeepAllTags,
        HashImageData ?? policy.HashImageData,
        MaxPixels ?? policy.MaxPixels,
        ThumbnailSizes ?? policy.ThumbnailSizes,
        PublishToCdn ?? policy.PublishToCdn,
        SystemMedia ?? policy.SystemMedia);
}
