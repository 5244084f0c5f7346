namespace PhotoLambda.Metadata;

/// <summary>The boxes within the meta box (ISO/IEC 14496-12, 8.11); of each kind the first counts.</summary>
internal readonly ref struct HeifMeta
{
    /// <param name="body">The meta box without its header.</param>
    public HeifMeta(ReadOnlySpan<byte> body, Reading reading)
    {
        Reading = reading;
        var fields = new HeifFields(body);
        fields.Version(out _);
        var boxes = new HeifBoxes(fields.Rest, reading);
        while (boxes.TryNext())
        {
            switch (boxes.Type)
            {
                case HeifBox.Pitm when Primary is null:
                    Primary = ItemOf(boxes.Body);
                    break;
                case HeifBox.Iinf when Items.IsEmpty:
                    Items = boxes.Body;
                    break;
                case HeifBox.Iloc when Locations.IsEmpty:
                    Locations = boxes.Body;
                    break;
                case HeifBox.Iref when References.IsEmpty:
                    References = boxes.Body;
                    break;
                case HeifBox.Iprp when Properties.IsEmpty:
                    Properties = boxes.Body;
                    break;
                case HeifBox.Idat when Data.IsEmpty:
                    Data = boxes.Body;
                    break;
            }
        }
    }

    public Reading Reading { get; }

    /// <summary>The item that is the picture; null where the file is a sequence without one.</summary>
    public uint? Primary { get; }

    public ReadOnlySpan<byte> Items { get; }

    public ReadOnlySpan<byte> Locations { get; }

    public ReadOnlySpan<byte> References { get; }

    public ReadOnlySpan<byte> Properties { get; }

    public ReadOnlySpan<byte> Data { get; }

    private static uint? ItemOf(ReadOnlySpan<byte> body)
    {
        var fields = new HeifFields(body);
        var item = fields.Field(fields.Version(out _) == 0 ? 2 : 4);
        return fields.IsShort ? null : item;
    }
}
