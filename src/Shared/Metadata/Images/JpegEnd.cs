namespace PhotoLambda.Metadata;

/// <summary>
/// Says whether a JPEG of the head's length lost its end. Cameras write after the end marker (FF D9): a second picture,
/// a table of their own, the rest of a memory card's cluster; so it is looked for anywhere behind the frame.
/// </summary>
internal static class JpegEnd
{
    /// <param name="from">Where the walk over segments stopped: the end marker lies behind it.</param>
    public static void Check(Reading reading, long from)
    {
        var length = reading.Window.Length;
        if (length > reading.Limits.HeadBytes || !reading.Window.TryRead(from, (int)(length - from), out var rest))
        {
            return;
        }

        if (rest is not [.., 0xFF, 0xD9] && rest.LastIndexOf([(byte)0xFF, (byte)0xD9]) < 0)
        {
            reading.Error(MetadataCode.Truncated, $"ends at {length} without an end marker");
        }
    }
}
