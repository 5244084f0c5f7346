namespace PhotoLambda.Tests;

/// <summary>A small, whole file of each type that a policy can allow.</summary>
internal static class MediaSamples
{
    public static readonly (string Type, byte[] Bytes)[] All =
    [
        ("image/jpeg", ImageBuilder.Jpeg(640, 480, ExifBuilder.Camera())),
        ("image/png", ImageBuilder.Png(640, 480, ExifBuilder.Camera())),
        ("image/webp", WebPBuilder.WithExif(ExifBuilder.Camera(), length: 1000)),
        ("image/gif", WebPBuilder.Gif(dataBlocks: 300)),
        ("image/heic", new HeifBuilder { Exif = ExifBuilder.Camera(), PictureBytes = 1000 }.Build()),
        ("image/avif", new HeifBuilder { Brand = "avif", PictureBytes = 1000 }.Build()),
        ("image/tiff", new ExifBuilder(start: 1024).Shorts(0x0100, 640).Shorts(0x0101, 480).Build()),
        ("audio/mpeg", AudioBuilder.Frames(10)),
        ("audio/wav", AudioBuilder.Wav(chunks: AudioBuilder.RiffChunk("data", new byte[4000]))),
        ("audio/flac", [.. AudioBuilder.Flac(81_920, frames: AudioBuilder.FlacFrames(0, 20))]),
        ("audio/mp4", [.. Mp4Builder.Ftyp(), .. Mp4Builder.Moov(Mp4Builder.Track()), .. Mp4Builder.Mdat()]),
        ("audio/ogg", OggBuilder.Stream(OggBuilder.VorbisHead(), 4000, 44_100)),
    ];

    /// <summary>Sound beside moving pictures.</summary>
    public static readonly (string Type, byte[] Bytes)[] Films =
    [
        ("video/mp4", [.. Mp4Builder.Ftyp("mp42"), .. Mp4Builder.Moov(
            Mp4Builder.Track(),
            Mp4Builder.Track(handler: "vide", entry: Mp4Builder.Box("avc1", new byte[70]))), .. Mp4Builder.Mdat()]),
        ("video/ogg",
        [
            .. OggBuilder.Page(OggBuilder.First, 0, OggBuilder.VorbisHead(), serial: 2),
            .. OggBuilder.Page(OggBuilder.First, 0, [0x80, .. "theora"u8, .. new byte[40]]),
            .. OggBuilder.Page(OggBuilder.Last, 44_100, new byte[1000]),
        ]),
    ];
}
