namespace PhotoLambda.Metadata;

/// <summary>What a file is by its first bytes, whatever its name or declared type says.</summary>
internal enum MediaType
{
    Unknown,
    Jpeg,
    Png,
    Gif,
    WebP,
    Heic,
    Avif,
    Tiff,
}

internal static class MediaTypes
{
    /// <summary>Enough bytes of a file's head for <see cref="Sniff"/> to see all that it looks at.</summary>
    public const int HeadBytes = 64;

    /// <returns>The registered MIME type, or null for <see cref="MediaType.Unknown"/>.</returns>
    public static string? Mime(this MediaType type) => type switch
    {
        MediaType.Jpeg => "image/jpeg",
        MediaType.Png => "image/png",
        MediaType.Gif => "image/gif",
        MediaType.WebP => "image/webp",
        MediaType.Heic => "image/heic",
        MediaType.Avif => "image/avif",
        MediaType.Tiff => "image/tiff",
        _ => null,
    };

    public static MediaType Sniff(ReadOnlySpan<byte> head) => head switch
    {
        [0xFF, 0xD8, 0xFF, ..] => MediaType.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => MediaType.Png,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => MediaType.Gif,
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => MediaType.Tiff,
        _ when head.StartsWith("RIFF"u8) && Has(head, 8, "WEBP"u8) => MediaType.WebP,
        _ when Has(head, 4, "ftyp"u8) => Brand(head),
        _ => MediaType.Unknown,
    };

    /// <summary>
    /// HEIF (ISO 23008-12) names its codec by brands: the major one, or, where that is the neutral <c>mif1</c> or
    /// <c>msf1</c>, one of the compatible brands after it. Other brands are video or audio.
    /// </summary>
    private static MediaType Brand(ReadOnlySpan<byte> head)
    {
        var end = Math.Min(head.Length, head[3] + (head[2] << 8)) & ~3;
        var neutral = false;
        for (var at = 8; at + 4 <= end; at += at == 8 ? 8 : 4)
        {
            var brand = head.Slice(at, 4);
            if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8))
            {
                return MediaType.Avif;
            }

            if (brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8))
            {
                return MediaType.Heic;
            }

            neutral |= brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("msf1"u8);
            if (!neutral)
            {
                return MediaType.Unknown;
            }
        }

        return neutral ? MediaType.Heic : MediaType.Unknown;
    }

    private static bool Has(ReadOnlySpan<byte> head, int at, ReadOnlySpan<byte> word) =>
        head.Length >= at + word.Length && head.Slice(at, word.Length).SequenceEqual(word);
}
