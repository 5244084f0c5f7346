namespace PhotoLambda.Metadata;

/// <summary>One pass of a reader over what is at hand of one object.</summary>
internal sealed class Reading(ObjectWindow window, ReadLimits limits, MediaType type)
{
    public ObjectWindow Window => window;

    public ReadLimits Limits => limits;

    public MediaType Sniffed => type;

    public MetadataErrors Errors { get; } = new(limits.MaxErrors);

    public int? Width { get; private set; }

    public int? Height { get; private set; }

    public AudioData? Audio { get; set; }

    /// <summary>What a reader finds the file to be where its first bytes say less, or something else.</summary>
    public MediaType? Type { get; set; }

    /// <inheritdoc cref="MediaMetadata.Transformation"/>
    public int? Transformation { get; set; }

    /// <inheritdoc cref="MediaMetadata.ExifBlock"/>
    public ByteRange? ExifBlock { get; private set; }

    public bool HasExif { get; private set; }

    public ExifData? Exif { get; private set; }

    public GpsCoordinates? Gps { get; private set; }

    /// <summary>Reads bytes, or records that the file ends before them, unless they are only not at hand yet.</summary>
    public bool TryRead(long offset, int count, out ReadOnlySpan<byte> bytes)
    {
        if (window.TryRead(offset, count, out bytes))
        {
            return true;
        }

        if (window.Missing is null)
        {
            Error(MetadataCode.Truncated, $"ends at {window.Length}, needs {offset + count}");
        }

        return false;
    }

    /// <summary>Records a defect of the container.</summary>
    public void Error(string code, string detail) =>
        Errors.Add(type == MediaType.Unknown ? "file" : type.ToString().ToLowerInvariant(), code, detail);

    /// <summary>Takes the image's size in pixels; zero stands for unknown. No side beyond an int is told.</summary>
    public void Dimensions(long width, long height)
    {
        Width = width is > 0 and <= int.MaxValue ? (int)width : null;
        Height = height is > 0 and <= int.MaxValue ? (int)height : null;
        if (width <= 0 || height <= 0)
        {
            Error(MetadataCode.NoDimensions, $"header says {width} x {height}");
        }
        // Some formats have 32 bits for each: their product may be beyond a long.
        else if (width > limits.MaxPixels / height)
        {
            Error(MetadataCode.TooManyPixels, $"{width} x {height}, limit {limits.MaxPixels}");
        }
    }

    /// <summary>Reads the first block that a file has; a second one is only noted.</summary>
    /// <param name="offset">Of the block in the file; null where it does not lie there in one piece.</param>
    public void ReadExif(ReadOnlySpan<byte> block, long? offset)
    {
        if (HasExif)
        {
            Errors.Add("exif", MetadataCode.Duplicate, "the first block counts");
            return;
        }

        HasExif = true;
        ExifBlock = offset is { } at ? new ByteRange(at, block.Length) : null;
        (Exif, Gps) = ExifReader.Read(block, Errors);
    }
}
