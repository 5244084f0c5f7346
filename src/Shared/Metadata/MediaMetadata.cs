namespace PhotoLambda.Metadata;

/// <summary>What a file says of itself. All that is null is unknown.</summary>
internal sealed record MediaMetadata
{
    public MediaType Type { get; init; }

    /// <summary>Size in pixels as stored, before orientation; from the image's own header, never from EXIF.</summary>
    public int? Width { get; init; }

    public int? Height { get; init; }

    /// <summary>Duration, bitrate and the like; null for what is no sound.</summary>
    public AudioData? Audio { get; init; }

    public ExifData? Exif { get; init; }

    public GpsCoordinates? Gps { get; init; }

    /// <summary>Where the block that was read lies in the file, from its TIFF header on; null without one.</summary>
    public ByteRange? ExifBlock { get; init; }

    /// <summary>1 to 8, as the container itself has it (HEIF's irot and imir); it stands before EXIF's.</summary>
    public int? Transformation { get; init; }

    public IReadOnlyList<MetadataError> Errors { get; init; } = [];

    /// <summary>1 to 8, as EXIF numbers them: how the stored picture is to be turned to be shown.</summary>
    public int? Orientation => Transformation ?? Exif?.Orientation;

    /// <summary>Width in pixels as it is to be shown: orientations 5 to 8 lie on their side.</summary>
    public int? DisplayWidth => IsTurned ? Height : Width;

    /// <inheritdoc cref="DisplayWidth"/>
    public int? DisplayHeight => IsTurned ? Width : Height;

    private bool IsTurned => Orientation >= 5;

    public bool HasError(string code) => Errors.Any(e => e.Code == code);
}

/// <summary>What a sound file says of itself. All that is null is unknown.</summary>
internal sealed record AudioData
{
    public long? DurationMs { get; init; }

    /// <summary>Bits per second, over the whole of the sound.</summary>
    public int? BitrateBps { get; init; }

    public int? SampleRateHz { get; init; }

    public int? Channels { get; init; }
}

/// <summary>A position on WGS 84, from the GPS IFD (CIPA DC-008, 4.6.6).</summary>
/// <param name="Latitude">Degrees, -90 to 90, north positive.</param>
/// <param name="Longitude">Degrees, -180 to 180, east positive.</param>
internal sealed record GpsCoordinates(double Latitude, double Longitude)
{
    /// <summary>Metres above (negative: below) sea level, or the ellipsoid where the reference says so.</summary>
    public double? AltitudeMeters { get; init; }

    /// <summary>Where the camera looked, degrees clockwise from north, 0 to 360.</summary>
    public double? ImageDirection { get; init; }

    /// <summary>True when the direction is from true north, false from magnetic north, null when unsaid.</summary>
    public bool? DirectionIsTrue { get; init; }

    /// <summary>Radius in metres.</summary>
    public double? HorizontalErrorMeters { get; init; }

    /// <summary>When the position was taken, which may be long before the picture was.</summary>
    public DateTime? TimeUtc { get; init; }
}
