using System.Buffers.Binary;

namespace PhotoLambda.Metadata;

/// <summary>
/// Reads size and turning of the picture from its item properties (ISO/IEC 23008-12, 6.5): ispe is the size before any
/// transformation; irot and imir apply one after the other as they are associated.
/// </summary>
internal static class HeifProperties
{
    public static void Read(HeifMeta meta, uint item)
    {
        Span<ushort> associated = stackalloc ushort[byte.MaxValue];
        associated = associated[..Associations(meta, item, associated)];
        Span<byte> turns = stackalloc byte[associated.Length];
        turns.Clear();
        var hasSize = false;
        var index = 0;
        for (var properties = Container(meta); properties.TryNext();)
        {
            if (associated.IndexOf((ushort)++index) is >= 0 and var place)
            {
                turns[place] = HeifTurn.Of(properties.Type, properties.Body);
                hasSize = hasSize || TrySize(meta.Reading, properties.Type, properties.Body);
            }
        }

        meta.Reading.Transformation = HeifTurn.Orientation(turns);
        if (!hasSize)
        {
            meta.Reading.Error(MetadataCode.NoDimensions, $"item {item} has no ispe");
        }
    }

    private static bool TrySize(Reading reading, uint type, ReadOnlySpan<byte> body)
    {
        if (type != HeifBox.Ispe || body.Length < 12)
        {
            return false;
        }

        var height = BinaryPrimitives.ReadUInt32BigEndian(body[8..]);
        reading.Dimensions(BinaryPrimitives.ReadUInt32BigEndian(body[4..]), height);
        return true;
    }

    private static HeifBoxes Container(HeifMeta meta)
    {
        for (var boxes = new HeifBoxes(meta.Properties, meta.Reading); boxes.TryNext();)
        {
            if (boxes.Type == HeifBox.Ipco)
            {
                return new HeifBoxes(boxes.Body, meta.Reading);
            }
        }

        return new HeifBoxes(default, meta.Reading);
    }

    /// <summary>The numbers of the item's properties, from 1; an item stands in only one of the ipma boxes.</summary>
    private static int Associations(HeifMeta meta, uint item, Span<ushort> associated)
    {
        var boxes = new HeifBoxes(meta.Properties, meta.Reading);
        while (boxes.TryNext())
        {
            if (boxes.Type == HeifBox.Ipma && Associations(meta, boxes.Body, item, associated) is > 0 and var count)
            {
                return count;
            }
        }

        return 0;
    }

    private static int Associations(HeifMeta meta, ReadOnlySpan<byte> ipma, uint item, Span<ushort> associated)
    {
        var fields = new HeifFields(ipma);
        var idSize = fields.Version(out var flags) == 0 ? 2 : 4;
        var size = (flags & 1) == 0 ? 1 : 2;
        // The highest bit says that a reader must understand the property.
        var mask = size == 1 ? 0x7Fu : 0x7FFFu;
        for (var entries = fields.Field(4); entries > 0 && !fields.IsShort; entries--)
        {
            var id = fields.Field(idSize);
            var count = (int)fields.Field(1);
            for (var i = 0; id == item && i < count; i++)
            {
                associated[i] = (ushort)(fields.Field(size) & mask);
            }

            if (id == item && !fields.IsShort)
            {
                return count;
            }

            fields.Skip(count * size);
        }

        if (fields.IsShort)
        {
            meta.Reading.Error(MetadataCode.BadCount, $"ipma box of {ipma.Length} bytes claims more");
        }

        return 0;
    }
}
