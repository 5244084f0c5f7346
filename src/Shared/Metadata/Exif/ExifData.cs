namespace PhotoLambda.Metadata;

/// <summary>A fraction as a camera wrote it, e.g. 1/250; the denominator is never zero.</summary>
internal readonly record struct Fraction(long Numerator, long Denominator)
{
    public double Value => (double)Numerator / Denominator;

    public override string ToString() => Denominator == 1 ? $"{Numerator}" : $"{Numerator}/{Denominator}";
}

/// <summary>How <see cref="ExifData.TakenAt"/> is known, best first.</summary>
internal enum TakenAtSource
{
    ExifOriginal,
    ExifDigitized,

    /// <summary>The file's last change as a program recorded it: often the moment of the picture.</summary>
    ExifModified,

    /// <summary>The time of the GPS fix, in UTC.</summary>
    Gps,
}

/// <summary>The kept tags of an EXIF block, cleaned and range-checked; numbers in docs/metadata.md.</summary>
internal sealed record ExifData
{
    public string? CameraMake { get; init; }
    public string? CameraModel { get; init; }
    public string? LensMake { get; init; }
    public string? LensModel { get; init; }

    /// <summary>For example <c>24-70mm f/2.8</c>.</summary>
    public string? LensSpecification { get; init; }
    public string? Software { get; init; }

    /// <summary>1 to 8.</summary>
    public int? Orientation { get; init; }

    /// <summary>Seconds.</summary>
    public Fraction? ExposureTime { get; init; }
    public double? FNumber { get; init; }
    public int? Iso { get; init; }

    /// <summary>Exposure value steps.</summary>
    public double? ExposureBias { get; init; }

    /// <summary>0 to 9, as EXIF numbers them.</summary>
    public int? ExposureProgram { get; init; }

    /// <summary>0 to 6 or 255, as EXIF numbers them.</summary>
    public int? MeteringMode { get; init; }

    /// <summary>EXIF's bit field; bit 0 says that the flash fired.</summary>
    public int? Flash { get; init; }
    public bool? FlashFired => Flash is { } flash ? (flash & 1) == 1 : null;

    /// <summary>0 automatic, 1 manual.</summary>
    public int? WhiteBalance { get; init; }
    public double? FocalLengthMm { get; init; }
    public int? FocalLength35mm { get; init; }

    /// <summary>Local time at the camera; not UTC unless <see cref="TakenAtOffset"/> is 0.</summary>
    public DateTime? TakenAt { get; init; }

    /// <summary>Minutes east of UTC, null when unknown.</summary>
    public int? TakenAtOffset { get; init; }
    public TakenAtSource? TakenAtSource { get; init; }

    /// <summary>Where the embedded thumbnail lies within the EXIF block, and its length, in bytes.</summary>
    public ByteRange? Thumbnail { get; init; }
}
