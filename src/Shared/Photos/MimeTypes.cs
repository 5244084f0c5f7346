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

    public static string Extension(string type) => type switch
    {
        "image/jpeg" => "jpg",
        "audio/mpeg" => "mp3",
        "audio/mp4" => "m4a",
        _ => type[(type.IndexOf('/', StringComparison.Ordinal) + 1)..],
    };
}
