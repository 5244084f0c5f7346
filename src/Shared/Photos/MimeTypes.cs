namespace PhotoLambda.Photos;

/// <summary>
/// The types that a project's policy may allow. A photo's kind is the first half of its type, and its object's
/// extension is here.
/// </summary>
internal static class MimeTypes
{
    public static readonly IReadOnlyList<string> Accepted =
    [
        "image/jpeg", "image/png", "image/webp", "image/gif", "image/heic", "image/avif", "image/tiff",
        "audio/mpeg", "audio/wav", "audio/flac", "audio/mp4", "audio/ogg",
    ];

    // What files are commonly named, besides the extension that objects get.
    private static readonly Dictionary<string, string> ByExtension = Accepted
        .Select(type => (Extension: Extension(type), Type: type))
        .Concat(new (string Extension, string Type)[]
        {
            ("jpeg", "image/jpeg"), ("jpe", "image/jpeg"), ("tif", "image/tiff"), ("heif", "image/heic"),
            ("wave", "audio/wav"), ("oga", "audio/ogg"), ("opus", "audio/ogg"),
        })
        .ToDictionary(t => t.Extension, t => t.Type, StringComparer.OrdinalIgnoreCase);

    public static string Extension(string type) => type switch
    {
        "image/jpeg" => "jpg",
        "audio/mpeg" => "mp3",
        "audio/mp4" => "m4a",
        _ => type[(type.IndexOf('/', StringComparison.Ordinal) + 1)..],
    };

    /// <returns>What a file or object is by its name; null where that tells of no photo or sound.</returns>
    public static string? OfName(string name) => name.LastIndexOf('.') is var dot and >= 0
        ? ByExtension.GetValueOrDefault(name[(dot + 1)..])
        : null;
}
