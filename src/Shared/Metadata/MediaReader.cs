namespace PhotoLambda.Metadata;

/// <summary>Fetches part of an object; the answer has exactly the length asked for.</summary>
internal delegate ValueTask<ReadOnlyMemory<byte>> FetchRange(ByteRange range, CancellationToken cancellationToken);

/// <summary>
/// Reads type, size in pixels and EXIF of a file from strangers. Nothing in the file makes it throw, loop, or
/// allocate more than the bytes at hand justify.
/// </summary>
internal static class MediaReader
{
    /// <summary>Raised when a file would give other metadata than before; each row says what read it.</summary>
    public const int ExtractorVersion = 2;

    /// <param name="head">The first <see cref="MediaTypes.HeadBytes"/> of the file, or all of a shorter one.</param>
    public static MediaType Sniff(ReadOnlySpan<byte> head) => MediaTypes.Sniff(head);

    /// <summary>
    /// Reads what is at hand. While <see cref="ObjectWindow.Missing"/> is set afterwards, the result is partial:
    /// fetch that range, add it and read again.
    /// </summary>
    public static MediaMetadata Read(ObjectWindow window, ReadLimits? limits = null)
    {
        limits ??= ReadLimits.Default;
        var isAtHand = window.TryRead(0, (int)Math.Min(MediaTypes.HeadBytes, window.Length), out var head);
        var reading = new Reading(window, limits, Sniff(head));
        if (isAtHand)
        {
            Read(reading);
        }

        if (window.Missing is { } missing && !window.TryAsk(limits.Next(window)))
        {
            var cost = $"{window.BytesHeld} bytes by {window.Parts} fetches";
            reading.Error(MetadataCode.Budget, $"needs {missing.Count} bytes at {missing.Offset} after {cost}");
        }

        return new MediaMetadata
        {
            Type = reading.Type ?? reading.Sniffed,
            Width = reading.Width,
            Height = reading.Height,
            Transformation = reading.Transformation,
            Audio = reading.Audio,
            Exif = reading.Exif,
            Gps = reading.Gps,
            ExifBlock = reading.ExifBlock,
            Errors = reading.Errors.All,
        };
    }

    /// <param name="length">Length of the whole object in bytes.</param>
    /// <inheritdoc cref="ReadAsync(ObjectWindow, FetchRange, ReadLimits?, CancellationToken)"/>
    public static Task<MediaMetadata> ReadAsync(
        long length, FetchRange fetch, ReadLimits? limits = null, CancellationToken cancellationToken = default) =>
        ReadAsync(new ObjectWindow(length), fetch, limits, cancellationToken);

    /// <summary>Reads an object through range requests: its head, then only what is missing.</summary>
    /// <param name="window">Empty; afterwards it holds what was fetched.</param>
    /// <exception cref="EndOfStreamException">A fetch answered fewer or more bytes than asked.</exception>
    public static async Task<MediaMetadata> ReadAsync(
        ObjectWindow window,
        FetchRange fetch,
        ReadLimits? limits = null,
        CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var metadata = Read(window, limits);
            if (window.Missing is not { } range)
            {
                return metadata;
            }

            var bytes = await fetch(range, cancellationToken);
            if (bytes.Length != range.Count)
            {
                throw new EndOfStreamException($"asked for {range.Count} bytes at {range.Offset}, got {bytes.Length}");
            }

            window.Add(range.Offset, bytes);
        }
    }

    private static void Read(Reading reading)
    {
        switch (reading.Sniffed)
        {
            case MediaType.Jpeg:
                new JpegReader(reading).Read();
                break;
            case MediaType.Png:
                new PngReader(reading).Read();
                break;
            case MediaType.WebP:
                new WebPReader(reading).Read();
                break;
            case MediaType.Gif:
                new GifReader(reading).Read();
                break;
            case MediaType.Heic or MediaType.Avif:
                new HeifReader(reading).Read();
                break;
            case MediaType.Tiff:
                new TiffReader(reading).Read();
                break;
            case MediaType.Mp3:
                new Mp3Reader(reading).Read();
                break;
            case MediaType.Wav:
                new WavReader(reading).Read();
                break;
            case MediaType.Flac:
                new FlacReader(reading).Read();
                break;
            case MediaType.M4a or MediaType.Mp4:
                new Mp4Reader(reading).Read();
                break;
            case MediaType.Ogg:
                new OggReader(reading).Read();
                break;
            case MediaType.Unknown when reading.Window.Length == 0:
                reading.Error(MetadataCode.Empty, "no bytes");
                break;
            default:
                reading.Error(MetadataCode.UnknownType, "no known signature");
                break;
        }
    }
}
