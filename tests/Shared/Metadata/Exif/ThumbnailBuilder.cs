namespace PhotoLambda.Tests;

/// <summary>EXIF blocks with a thumbnail in IFD1, as cameras write them.</summary>
internal static class ThumbnailBuilder
{
    /// <param name="block">Without IFD1.</param>
    public static byte[] With(Func<ExifBuilder> block, byte[] thumbnail)
    {
        // The place does not depend on the number that is written there.
        var length = (uint)WithPointer(block(), 0, thumbnail).Length;
        return [.. WithPointer(block(), length, thumbnail), .. thumbnail];
    }

    /// <summary>A small picture that says more of itself than it should.</summary>
    public static byte[] Talkative(int width = 160, int height = 120) => ImageBuilder.Jpeg(
        width, height, ExifBuilder.Camera(),
        before:
        [
            .. ImageBuilder.Segment(0xFE, "a comment"u8.ToArray()),
            .. ImageBuilder.Segment(0xED, "Photoshop 3.0\0"u8.ToArray()),
        ]);

    private static byte[] WithPointer(ExifBuilder block, uint offset, byte[] thumbnail) =>
        block.Longs(0x0201, offset).Longs(0x0202, (uint)thumbnail.Length).Build();
}
