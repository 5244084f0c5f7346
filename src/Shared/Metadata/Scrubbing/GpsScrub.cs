namespace PhotoLambda.Metadata.Scrubbing;

internal enum ScrubOutcome
{
    /// <summary>Nobody can say that no position is left.</summary>
    Unknown,

    /// <summary>There was no position: nothing was changed.</summary>
    Clean,

    /// <summary>Positions were taken out.</summary>
    Scrubbed,
}

/// <summary>
/// Takes positions out of a file without moving a byte of it: what holds one is blanked, and so is what nobody can look
/// into. Pixels, color profiles and the other tags stay as they are.
/// </summary>
internal static class GpsScrub
{
    /// <summary>Bytes; longer files are not scrubbed.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <inheritdoc cref="Run(byte[], MediaType, ByteRange?)"/>
    /// <param name="metadata">What was read of the file.</param>
    public static ScrubOutcome Run(byte[] bytes, MediaMetadata metadata)
    {
        // Its EXIF lies in pieces, which are no structure each for itself. A TIFF file is one as a whole.
        var isInPieces = metadata is { Exif: not null, ExifBlock: null, Type: not MediaType.Tiff };
        return isInPieces ? ScrubOutcome.Unknown : Run(bytes, metadata.Type, metadata.ExifBlock);
    }

    /// <param name="bytes">The whole file, which is changed in place; worthless when the outcome is unknown.</param>
    /// <param name="exif">The block that was read of it, where there is one.</param>
    public static ScrubOutcome Run(byte[] bytes, MediaType type, ByteRange? exif)
    {
        var file = new ScrubbedFile(bytes);
        var isDone = type switch
        {
            MediaType.Jpeg => JpegScrub.TryRun(file, 0, bytes.Length),
            MediaType.Png => PngScrub.TryRun(file),
            MediaType.WebP => WebPScrub.TryRun(file),
            MediaType.Heic or MediaType.Avif => HeifScrub.TryRun(file, exif),
            MediaType.Tiff => TiffScrub.TryRun(file, 0, bytes.Length),
            // What they say of places is text, uncompressed; their pictures are files of their own, not gone into.
            MediaType.Gif or MediaType.Mp3 or MediaType.Wav or MediaType.Flac or MediaType.M4a or MediaType.Ogg =>
                !PositionWords.AreInFile(bytes) && !HasPicture(bytes),
            _ => false,
        };
        return !isDone ? ScrubOutcome.Unknown : file.IsChanged ? ScrubOutcome.Scrubbed : ScrubOutcome.Clean;
    }

    /// <summary>Whether there is a picture with EXIF, or one in base64, as Vorbis comments have them.</summary>
    private static bool HasPicture(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOf("Exif\0\0"u8) >= 0 || bytes.IndexOf("eXIf"u8) >= 0
        || bytes.IndexOf("METADATA_BLOCK_PICTURE"u8) >= 0 || bytes.IndexOf("COVERART="u8) >= 0;
}
