namespace PhotoLambda.Metadata;

/// <summary>
/// Turns of HEIF in EXIF's numbers. Whatever their order, they come to one mirroring left to right at most, and then
/// quarters of a turn clockwise.
/// </summary>
internal static class HeifTurn
{
    private const byte IsRotation = 0x10, IsMirror = 0x20;

    // By quarters clockwise, without and with the mirroring before (CIPA DC-008, 4.6.5, tag 274).
    private static ReadOnlySpan<byte> Plain => [1, 6, 3, 8];

    private static ReadOnlySpan<byte> Mirrored => [2, 7, 4, 5];

    /// <summary>
    /// irot counts quarters anticlockwise; imir exchanges top and bottom where its bit is 0, left and right where it is
    /// 1 (ISO/IEC 23008-12, 6.5.10 and 6.5.12).
    /// </summary>
    /// <returns>0 for any other property.</returns>
    public static byte Of(uint property, ReadOnlySpan<byte> body) => property switch
    {
        HeifBox.Irot when !body.IsEmpty => (byte)(IsRotation | (body[0] & 3)),
        HeifBox.Imir when !body.IsEmpty => (byte)(IsMirror | (body[0] & 1)),
        _ => 0,
    };

    /// <param name="turns">In the order in which they apply; 0 is none.</param>
    /// <returns>1 to 8.</returns>
    public static int Orientation(ReadOnlySpan<byte> turns)
    {
        var (quarters, isMirrored) = (0, false);
        foreach (var turn in turns)
        {
            if ((turn & IsRotation) != 0)
            {
                quarters -= turn & 3;
            }
            else if ((turn & IsMirror) != 0)
            {
                // A mirroring takes back what was turned before it; top to bottom is left to right and half a turn.
                quarters = ((turn & 1) == 1 ? 0 : 2) - quarters;
                isMirrored = !isMirrored;
            }
        }

        return (isMirrored ? Mirrored : Plain)[quarters & 3];
    }
}
