using PhotoLambda.Aws;

namespace PhotoLambda.Media;

/// <summary>An object as a browser is to receive it.</summary>
/// <param name="Name">What it is saved as.</param>
internal sealed record StoredFile(string Bucket, string Key, string Name, string ContentType)
{
    private const string Unknown = "application/octet-stream";

    // What a browser shows and does not run. SVG is not among them: it carries scripts.
    private static readonly Dictionary<string, string> Rasters = new(StringComparer.OrdinalIgnoreCase)
    {
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".png"] = "image/png",
        [".webp"] = "image/webp",
        [".gif"] = "image/gif",
        [".avif"] = "image/avif",
        [".heic"] = "image/heic",
        [".heif"] = "image/heif",
    };

    /// <summary>The value of <c>Content-Disposition</c> (RFC 6266): only raster images open in the browser.</summary>
    public string Disposition
    {
        get
        {
            var kind = Rasters.ContainsValue(ContentType) ? "inline" : "attachment";
            // The first name is for readers that do not know the second (RFC 8187): ASCII, no quotes, no escapes.
            var plain = string.Concat(Name.Select(c => c is < ' ' or > '~' or '"' or '\\' or '%' ? '_' : c));
            return $"{kind}; filename=\"{plain}\"; filename*=UTF-8''{SigV4.Encode(Name)}";
        }
    }

    /// <summary>A picture made of the photo; its type is that of its key's extension.</summary>
    public static StoredFile Derived(string bucket, string key, string photoName, string variant)
    {
        var extension = Path.GetExtension(key);
        var name = $"{Path.GetFileNameWithoutExtension(photoName)}-{variant}{extension}";
        return new StoredFile(bucket, key, name, Rasters.GetValueOrDefault(extension, Unknown));
    }
}
