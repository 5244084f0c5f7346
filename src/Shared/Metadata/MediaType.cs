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
    Mp3,
    Wav,
    Flac,
    M4a,

    /// <summary>Vorbis, Opus, or another sound.</summary>
    Ogg,

    /// <summary>MPEG-4 of which it is not known whether it has pictures.</summary>
    Mp4,

    /// <summary>MPEG-4 with moving pictures.</summary>
    Mp4Video,

    /// <summary>Ogg with moving pictures.</summary>
    OggVideo,
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
        MediaType.Mp3 => "audio/mpeg",
        MediaType.Wav => "audio/wav",
        MediaType.Flac => "audio/flac",
        MediaType.M4a => "audio/mp4",
        MediaType.Ogg => "audio/ogg",
        MediaType.Mp4 => "application/mp4",
        MediaType.Mp4Video => "video/mp4",
        MediaType.OggVideo => "video/ogg",
        _ => null,
    };

    public static bool IsAudio(this MediaType type) =>
        type == MediaType.Mp4 || type.Mime()?.StartsWith("audio/", StringComparison.Ordinal) == true;

    /// <summary>
    /// Whether a file of this type may be declared as that one. An MPEG-4 whose tracks could not be read has the
    /// benefit of the doubt.
    /// </summary>
    public static bool Fits(this MediaType type, string mime) =>
        type.Mime() == mime || (type == MediaType.Mp4 && mime == "audio/mp4");

    public static MediaType Sniff(ReadOnlySpan<byte> head) => head switch
    {
        [0xFF, 0xD8, 0xFF, ..] => MediaType.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => MediaType.Png,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => MediaType.Gif,
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => MediaType.Tiff,
        [(byte)'f', (byte)'L', (byte)'a', (byte)'C', ..] => MediaType.Flac,
        [(byte)'O', (byte)'g', (byte)'g', (byte)'S', 0, ..] => MediaType.Ogg,
        [(byte)'I', (byte)'D', (byte)'3', >= 2 and <= 4, _, _, < 0x80, < 0x80, < 0x80, < 0x80, ..] => MediaType.Mp3,
        [0xFF, ..] when Mp3Frame.TryRead(head, out _) => MediaType.Mp3,
        _ when head.StartsWith("RIFF"u8) && Has(head, 8, "WEBP"u8) => MediaType.WebP,
        _ when Has(head, 8, "WAVE"u8) && IsRiff(head) => MediaType.Wav,
        _ when Has(head, 4, "ftyp"u8) => Branded(head),
        _ => MediaType.Unknown,
    };

    // RF64 (EBU Tech 3306) and BW64 (ITU-R BS.2088) are RIFF with lengths of 64 bits.
    private static bool IsRiff(ReadOnlySpan<byte> head) =>
        head.StartsWith("RIFF"u8) || head.StartsWith("RF64"u8) || head.StartsWith("BW64"u8);

    /// <summary>
    /// The base media format (ISO 14496-12) names what is in it by brands: the major one, or, where that is neutral,
    /// one of the compatible brands after it.
    /// </summary>
    private static MediaType Branded(ReadOnlySpan<byte> head)
    {
        var end = Math.Min(head.Length, head[3] + (head[2] << 8)) & ~3;
        if (end < 12)
        {
            return MediaType.Unknown;
        }

        var (type, isNeutral) = Brand(head.Slice(8, 4));
        for (var at = 16; isNeutral && at + 4 <= end; at += 4)
        {
            var (other, otherIsNeutral) = Brand(head.Slice(at, 4));
            if (!otherIsNeutral
                && (type == MediaType.Mp4 ? other == MediaType.M4a : other is MediaType.Avif or MediaType.Heic))
            {
                return other;
            }
        }

        return type;
    }

    // mif1 and msf1 (ISO 23008-12) name no codec, which is HEVC where nothing else is said; the brands of MPEG-4 itself
    // name no kind of medium. M4A and M4B are Apple's for sound alone.
    private static (MediaType Type, bool IsNeutral) Brand(ReadOnlySpan<byte> brand) => brand switch
    {
        [(byte)'a', (byte)'v', (byte)'i', (byte)'f' or (byte)'s'] => (MediaType.Avif, false),
        [(byte)'h', (byte)'e', (byte)'i' or (byte)'v', _] => (MediaType.Heic, false),
        [(byte)'m', (byte)'i' or (byte)'s', (byte)'f', (byte)'1'] => (MediaType.Heic, true),
        [(byte)'M', (byte)'4', (byte)'A' or (byte)'B', (byte)' '] => (MediaType.M4a, false),
        [(byte)'m', (byte)'p', (byte)'4', (byte)'1' or (byte)'2'] => (MediaType.Mp4, true),
        [(byte)'i', (byte)'s', (byte)'o', (byte)'m' or (>= (byte)'2' and <= (byte)'9')] => (MediaType.Mp4, true),
        _ => (MediaType.Unknown, false),
    };

    private static bool Has(ReadOnlySpan<byte> head, int at, ReadOnlySpan<byte> word) =>
        head.Length >= at + word.Length && head.Slice(at, word.Length).SequenceEqual(word);
}
