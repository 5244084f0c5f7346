using static PhotoLambda.Tests.AudioBuilder;

namespace PhotoLambda.Tests;

/// <summary>Makes Ogg files page by page; checksums are left out, for nothing here reads them.</summary>
internal static class OggBuilder
{
    public const byte First = 2, Last = 4;

    /// <param name="content">One packet.</param>
    /// <param name="continues">Whether the packet goes on after this page: then its length is a multiple of 255.</param>
    public static byte[] Page(byte flags, long granule, byte[] content, uint serial = 1, bool continues = false)
    {
        byte[] lacing = [.. Enumerable.Repeat((byte)255, content.Length / 255)];
        byte[] segments = continues ? lacing : [.. lacing, (byte)(content.Length % 255)];
        return
        [
            .. "OggS\0"u8, flags, .. Little(granule, 8), .. Little(serial, 4), .. new byte[8],
            (byte)segments.Length, .. segments, .. content,
        ];
    }

    public static byte[] VorbisHead(long rate = 44_100, int channels = 2) =>
        [1, .. "vorbis"u8, 0, 0, 0, 0, (byte)channels, .. Little(rate, 4), .. new byte[12], 0xB8, 1];

    public static byte[] OpusHead(int preSkip = 312, int channels = 2) =>
        [.. "OpusHead"u8, 1, (byte)channels, .. Little(preSkip, 2), .. Little(8000, 4), 0, 0, 0];

    /// <summary>Headers, then a page for each position; the last is marked.</summary>
    public static byte[] Stream(byte[] head, params long[] granules) => Stream(1, head, granules);

    public static byte[] Stream(uint serial, byte[] head, params long[] granules) =>
        [
            .. Page(First, 0, head, serial), .. Page(0, 0, new byte[90], serial),
            .. granules[..^1].SelectMany(g => Page(0, g, new byte[1000], serial)),
            .. Page(Last, granules[^1], new byte[1000], serial),
        ];
}
