namespace PhotoLambda.Metadata;

/// <summary>The tags that are read, by the names and numbers of CIPA DC-008 (EXIF 3.0).</summary>
internal enum ExifTag
{
    // GPS IFD
    GPSLatitudeRef = 0x0001,
    GPSLatitude = 0x0002,
    GPSLongitudeRef = 0x0003,
    GPSLongitude = 0x0004,
    GPSAltitudeRef = 0x0005,
    GPSAltitude = 0x0006,
    GPSTimeStamp = 0x0007,
    GPSImgDirectionRef = 0x0010,
    GPSImgDirection = 0x0011,
    GPSDateStamp = 0x001D,
    GPSHPositioningError = 0x001F,

    // IFD0, IFD1
    Make = 0x010F,
    Model = 0x0110,
    Orientation = 0x0112,
    Software = 0x0131,
    DateTime = 0x0132,
    JPEGInterchangeFormat = 0x0201,
    JPEGInterchangeFormatLength = 0x0202,
    ExifIFD = 0x8769,
    GPSInfoIFD = 0x8825,

    // Exif IFD
    ExposureTime = 0x829A,
    FNumber = 0x829D,
    ExposureProgram = 0x8822,
    PhotographicSensitivity = 0x8827,
    StandardOutputSensitivity = 0x8831,
    RecommendedExposureIndex = 0x8832,
    ISOSpeed = 0x8833,
    DateTimeOriginal = 0x9003,
    DateTimeDigitized = 0x9004,
    OffsetTime = 0x9010,
    OffsetTimeOriginal = 0x9011,
    OffsetTimeDigitized = 0x9012,
    ExposureBiasValue = 0x9204,
    MeteringMode = 0x9207,
    Flash = 0x9209,
    FocalLength = 0x920A,
    SubSecTime = 0x9290,
    SubSecTimeOriginal = 0x9291,
    SubSecTimeDigitized = 0x9292,
    WhiteBalance = 0xA403,
    FocalLengthIn35mmFilm = 0xA405,
    LensSpecification = 0xA432,
    LensMake = 0xA433,
    LensModel = 0xA434,
}

/// <summary>Gives each tag that is read a place of its own in a small table, and recognises all others.</summary>
internal static class ExifTags
{
    public const int Slots = 256;

    private static readonly ushort[] Known = Table();

    /// <returns>The tag's place, or -1 for a tag that is not read.</returns>
    public static int Slot(int tag)
    {
        var slot = Hash(tag);
        return Known[slot] == tag && tag != 0 ? slot : -1;
    }

    // Found by trial: without collision over the tags above, which a test holds to.
    private static int Hash(int tag) => (tag ^ (tag >> 2) ^ (tag >> 7)) & (Slots - 1);

    private static ushort[] Table()
    {
        var table = new ushort[Slots];
        foreach (var tag in Enum.GetValues<ExifTag>())
        {
            table[Hash((int)tag)] = (ushort)tag;
        }

        return table;
    }
}
