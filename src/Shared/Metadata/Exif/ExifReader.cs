namespace PhotoLambda.Metadata;

/// <summary>
/// Reads the documented tags of an EXIF block: IFD0, Exif IFD, GPS IFD, and of IFD1 where the thumbnail is. Directories
/// that a file points to are entered once each, so nothing can loop. Source: CIPA DC-008 (EXIF 3.0), TIFF 6.0.
/// </summary>
internal static class ExifReader
{
    /// <summary>Bytes; a JPEG segment holds no more, and a longer PNG chunk is not read.</summary>
    public const int MaxBlock = 64 * 1024;

    /// <param name="bytes">The block from its TIFF header on.</param>
    /// <returns>Null values when it has no TIFF header.</returns>
    public static (ExifData? Exif, GpsCoordinates? Gps) Read(ReadOnlySpan<byte> bytes, MetadataErrors errors)
    {
        if (bytes.Length > MaxBlock)
        {
            errors.Add("exif", MetadataCode.TooLarge, $"{bytes.Length} bytes, limit {MaxBlock}");
            return default;
        }

        if (!TiffBlock.TryOpen(bytes, out var block))
        {
            errors.Add("exif", MetadataCode.BadHeader, "no TIFF header");
            return default;
        }

        Span<ushort> entries = stackalloc ushort[ExifTags.Slots];
        entries.Clear();
        var table = new ExifTable(block, entries, errors);
        Index(table, block.U32(4));
        var gps = GpsReader.Read(table, out var gpsTime);
        return (Read(table, gpsTime, block.Length), gps);
    }

    /// <summary>Programs put some Exif IFD tags into IFD0, so both are searched for both; GPS tags are apart.</summary>
    private static void Index(in ExifTable table, uint ifd0)
    {
        var ifd1 = table.Index("IFD0", ifd0, ExifTag.Make, ExifTag.LensModel);
        var exif = Pointer(table, ExifTag.ExifIFD);
        var gps = Pointer(table, ExifTag.GPSInfoIFD);
        Enter(table, "ExifIFD", exif, [ifd0], ExifTag.Make, ExifTag.LensModel);
        Enter(table, "GPSInfoIFD", gps, [ifd0, exif], ExifTag.GPSLatitudeRef, ExifTag.GPSHPositioningError);
        Enter(
            table, "IFD1", ifd1, [ifd0, exif, gps],
            ExifTag.JPEGInterchangeFormat, ExifTag.JPEGInterchangeFormatLength);
    }

    private static uint Pointer(in ExifTable table, ExifTag tag) =>
        table.TryGet(tag, out var value) && value.Integer(0) is > 0 and <= uint.MaxValue and var offset
            ? (uint)offset
            : 0;

    private static void Enter(
        in ExifTable table, string directory, uint offset, ReadOnlySpan<uint> seen, ExifTag first, ExifTag last)
    {
        if (offset != 0 && seen.Contains(offset))
        {
            table.Errors.Add(directory, MetadataCode.Loop, $"points back to {offset}");
        }
        else if (offset != 0)
        {
            table.Index(directory, offset, first, last);
        }
    }

    private static ExifData Read(in ExifTable table, DateTime? gpsTime, int blockLength)
    {
        var taken = TakenAtReader.Read(table, gpsTime);
        return new ExifData
        {
            CameraMake = table.Text(ExifTag.Make),
            CameraModel = table.Text(ExifTag.Model),
            LensMake = table.Text(ExifTag.LensMake),
            LensModel = table.Text(ExifTag.LensModel),
            LensSpecification = LensSpecification.Read(table),
            Software = table.Text(ExifTag.Software),
            Orientation = table.Integer(ExifTag.Orientation, 1, 8),
            ExposureTime = ExposureTime(table),
            FNumber = table.Number(ExifTag.FNumber, 0.01, 10_000),
            Iso = Iso(table),
            ExposureBias = table.Number(ExifTag.ExposureBiasValue, -100, 100),
            ExposureProgram = table.Integer(ExifTag.ExposureProgram, 0, 9),
            MeteringMode = table.Integer(ExifTag.MeteringMode, 0, 255),
            Flash = table.Integer(ExifTag.Flash, 0, 0xFFFF),
            WhiteBalance = table.Integer(ExifTag.WhiteBalance, 0, 1),
            FocalLengthMm = table.Number(ExifTag.FocalLength, 0.01, 100_000),
            // 0 is the tag's own word for unknown.
            FocalLength35mm = table.Integer(ExifTag.FocalLengthIn35mmFilm, 0, 0xFFFF) is > 0 and var mm ? mm : null,
            TakenAt = taken?.Time,
            TakenAtOffset = taken?.Offset,
            TakenAtSource = taken?.Source,
            Thumbnail = Thumbnail(table, blockLength),
        };
    }

    private static Fraction? ExposureTime(in ExifTable table)
    {
        var time = table.Fraction(ExifTag.ExposureTime);
        if (time is not { Value: <= 0 or > 1_000_000 })
        {
            return time;
        }

        table.OutOfRange(ExifTag.ExposureTime, time.Value.Value);
        return null;
    }

    /// <summary>16 bits end at 65535, which then means "see the 32-bit tags" (CIPA DC-008, 4.6.5, tag 34855).</summary>
    private static int? Iso(in ExifTable table)
    {
        var iso = table.Integer(ExifTag.PhotographicSensitivity, 1, int.MaxValue);
        return iso is null or < 0xFFFF
            ? iso
            : table.Integer(ExifTag.RecommendedExposureIndex, 1, int.MaxValue)
                ?? table.Integer(ExifTag.StandardOutputSensitivity, 1, int.MaxValue)
                ?? table.Integer(ExifTag.ISOSpeed, 1, int.MaxValue)
                ?? iso;
    }

    private static ByteRange? Thumbnail(in ExifTable table, int blockLength)
    {
        var offset = table.Integer(ExifTag.JPEGInterchangeFormat, 0, int.MaxValue);
        var length = table.Integer(ExifTag.JPEGInterchangeFormatLength, 0, int.MaxValue);
        if (offset is null || length is null or 0)
        {
            return null;
        }

        if (length <= blockLength && offset <= blockLength - length)
        {
            return new ByteRange(offset.Value, length.Value);
        }

        var detail = $"{length} bytes at {offset} of {blockLength}";
        table.Errors.Add(ExifTag.JPEGInterchangeFormat, MetadataCode.BadOffset, detail);
        return null;
    }
}
