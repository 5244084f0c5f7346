using System.Buffers.Binary;

namespace PhotoLambda.Bench;

/// <summary>Makes large photos of a small one (ITU-T T.81, annex B).</summary>
internal static class LargePhoto
{
    private const int ProfileBytes = 512 * 1024;
    private const int MostInSegment = 65_533;
    private const int ProfileHeader = 14;

    /// <summary>As a camera of more pixels would: the same headers, and more of the picture behind them.</summary>
    /// <param name="length">Of the photo made, in bytes.</param>
    public static byte[] WithMorePicture(byte[] photo, int length)
    {
        var scan = ScanStart(photo);
        var picture = photo.AsSpan()[scan..^2];
        var large = new byte[length];
        photo.AsSpan(0, scan).CopyTo(large);
        for (var at = scan; at < length - 2; at += picture.Length)
        {
            picture[..Math.Min(picture.Length, length - 2 - at)].CopyTo(large.AsSpan(at));
        }

        // What was cut off may end in the middle of a pair; 00 belongs to every FF within a scan.
        large[^3] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(large.AsSpan()[^2..], 0xFFD9);
        return large;
    }

    /// <summary>As scanners and printers do: an ICC profile in several APP2 segments before the frame.</summary>
    /// <inheritdoc cref="WithMorePicture" path="/param"/>
    public static byte[] WithProfile(byte[] photo, int length)
    {
        var exifEnd = 4 + BinaryPrimitives.ReadUInt16BigEndian(photo.AsSpan(4));
        var parts = (ProfileBytes + MostInSegment - ProfileHeader - 1) / (MostInSegment - ProfileHeader);
        var profile = new List<byte>();
        for (var part = 1; part <= parts; part++)
        {
            profile.AddRange([0xFF, 0xE2, 0xFF, 0xFF, .. "ICC_PROFILE\0"u8, (byte)part, (byte)parts]);
            profile.AddRange(new byte[MostInSegment - ProfileHeader]);
        }

        return WithMorePicture([.. photo[..exifEnd], .. profile, .. photo[exifEnd..]], length);
    }

    /// <returns>Where the first scan's data begin.</returns>
    private static int ScanStart(byte[] photo)
    {
        var at = 2;
        while (photo[at + 1] != 0xDA)
        {
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(photo.AsSpan(at + 2));
        }

        return at + 2 + BinaryPrimitives.ReadUInt16BigEndian(photo.AsSpan(at + 2));
    }
}
