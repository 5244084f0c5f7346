using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>Reads the EXIF item of a picture (ISO/IEC 23008-12, A.2.1).</summary>
internal static class HeifExif
{
    // Items that describe the picture: EXIF, XMP, depth; more are not needed to find the first.
    private const int MaxDescriptions = 16;

    /// <summary>What a program puts between the offset and the block is "Exif\0\0", or nothing.</summary>
    private const int MaxItem = ExifReader.MaxBlock + 16;

    public static void Read(HeifMeta meta, uint primary)
    {
        if (Find(meta, primary) is not { } item || !HeifLocation.TryFind(meta, item, out var location)
            || !location.TryRead(meta, MaxItem, out var bytes, out var at))
        {
            return;
        }

        // The block's own place comes first, counted from behind that number.
        var start = bytes.Length < 4 ? 4 : 4 + (long)BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (start > bytes.Length)
        {
            meta.Reading.Errors.Add("exif", MetadataCode.BadOffset, $"starts at {start} of {bytes.Length} bytes");
            return;
        }

        if (bytes[(int)start..].StartsWith("Exif\0\0"u8))
        {
            start += 6;
        }

        meta.Reading.ReadExif(bytes[(int)start..], at + start);
    }

    /// <returns>The first EXIF item that refers to the picture, or else the first.</returns>
    private static uint? Find(HeifMeta meta, uint primary)
    {
        Span<uint> descriptions = stackalloc uint[MaxDescriptions];
        descriptions = descriptions[..Descriptions(meta, primary, descriptions)];
        var fields = new HeifFields(meta.Items);
        fields.Skip(fields.Version(out _) == 0 ? 2 : 4);
        uint? first = null;
        for (var entries = new HeifBoxes(fields.Rest, meta.Reading); entries.TryNext();)
        {
            if (ExifItem(entries) is { } id)
            {
                if (descriptions.Contains(id))
                {
                    return id;
                }

                first ??= id;
            }
        }

        return first;
    }

    /// <returns>Null for an item that is something else, or encrypted.</returns>
    private static uint? ExifItem(HeifBoxes entry)
    {
        var fields = new HeifFields(entry.Body);
        var version = fields.Version(out _);
        var id = fields.Field(version == 2 ? 2 : 4);
        var isProtected = fields.Field(2) != 0;
        var isExif = entry.Type == HeifBox.Infe && version >= 2 && fields.Field(4) == HeifBox.ExifItem;
        return isExif && !isProtected ? id : null;
    }

    private static int Descriptions(HeifMeta meta, uint primary, Span<uint> descriptions)
    {
        var found = 0;
        var header = new HeifFields(meta.References);
        var idSize = header.Version(out _) == 0 ? 2 : 4;
        for (var boxes = new HeifBoxes(header.Rest, meta.Reading); found < MaxDescriptions && boxes.TryNext();)
        {
            var fields = new HeifFields(boxes.Body);
            var from = fields.Field(idSize);
            for (var to = fields.Field(2); boxes.Type == HeifBox.Cdsc && to > 0 && !fields.IsShort; to--)
            {
                if (fields.Field(idSize) == primary && !fields.IsShort)
                {
                    descriptions[found++] = from;
                    break;
                }
            }
        }

        return found;
    }
}
