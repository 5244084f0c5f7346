using System.Globalization;
using PhotoLambda.Metadata;

namespace PhotoLambda.OnObjectCreated.Pictures;

/// <summary>Makes small pictures of a file: turned as they are to be shown, in sRGB, without metadata.</summary>
internal static class PictureMaker
{
    /// <summary>
    /// Pixels of what is decoded as a whole before its first row is there, so that 320 MB of memory will do: that is up
    /// to ten bytes for each, and sixteen to twenty-five of AVIF. Other files are decoded row by row.
    /// </summary>
    public const long MaxWholePixels = 25_000_000;

    /// <inheritdoc cref="MaxWholePixels"/>
    public const long MaxAvifPixels = 12_500_000;

    /// <summary>Bytes; with the file and the function itself, less than the 512 MB that it has.</summary>
    public const long MaxMemory = 320 * 1024 * 1024;

    // White behind what is transparent.
    private static readonly (string Name, string Value)[] Encoding =
        [("keep", "none"), ("background", "255")];

    private static readonly Dictionary<MediaType, (string Operation, string Loader)> Decoders = new()
    {
        [MediaType.Jpeg] = ("jpegload_buffer", "VipsForeignLoadJpeg"),
        [MediaType.Png] = ("pngload_buffer", "VipsForeignLoadPng"),
        [MediaType.Gif] = ("gifload_buffer", "VipsForeignLoadNsgif"),
        [MediaType.WebP] = ("webpload_buffer", "VipsForeignLoadWebp"),
        [MediaType.Avif] = ("heifload_buffer", "VipsForeignLoadHeif"),
        [MediaType.Tiff] = ("tiffload_buffer", "VipsForeignLoadTiff"),
    };

    /// <summary>Names of classes.</summary>
    public static IEnumerable<string> Loaders => Decoders.Values.Select(d => d.Loader);

    public static bool Knows(MediaType type) => Decoders.ContainsKey(type);

    /// <param name="sizes">Pixels of the longer side, which is never made longer than it is; one at least.</param>
    /// <param name="maxPixels">Of the original.</param>
    /// <returns>A WebP and a JPEG of each size, smallest first.</returns>
    /// <exception cref="VipsException">The file is not taken, or the cancellation came.</exception>
    public static unsafe IReadOnlyList<Picture> Make(
        byte[] file, MediaType type, int[] sizes, long maxPixels, CancellationToken cancellation)
    {
        using var ceiling = AddressSpace.Limit(MaxMemory);
        fixed (byte* bytes = file)
        {
            Judge(bytes, file.Length, type, maxPixels);
            var pictures = new List<Picture>();
            var descending = sizes.Order().Distinct().Reverse().ToArray();
            // Of a file that breaks off, what there is of it is shown.
            using var operation = new VipsOperation("thumbnail_buffer", Box(descending[0]));
            using var lazy = operation.WithBytes("buffer", bytes, file.Length).Image();
            using var largest = lazy.InMemory(cancellation);
            foreach (var size in descending)
            {
                pictures.InsertRange(0, Encode(largest, size, size == descending[0], cancellation));
            }

            return pictures;
        }
    }

    /// <summary>Reads the header, which may be other than what was read of it before.</summary>
    private static unsafe void Judge(byte* bytes, int count, MediaType type, long maxPixels)
    {
        using var operation = new VipsOperation(Decoders[type].Operation);
        using var image = operation.WithBytes("buffer", bytes, count).Image();
        var pixels = (long)image.Width * image.Height;
        var most = type switch
        {
            MediaType.Jpeg or MediaType.Png when !image.IsInterlaced => maxPixels,
            MediaType.Avif => Math.Min(maxPixels, MaxAvifPixels),
            _ => Math.Min(maxPixels, MaxWholePixels),
        };
        if (pixels > most)
        {
            throw new VipsException($"{pixels} pixels are more than the {most} that are decoded");
        }
    }

    private static Picture[] Encode(VipsImage largest, int size, bool isLargest, CancellationToken cancellation)
    {
        using var shrunk = isLargest ? null : Shrink(largest, size, cancellation);
        var image = shrunk ?? largest;
        using var webp = new VipsOperation("webpsave_buffer", [.. Encoding, ("Q", "78")]);
        using var jpeg = new VipsOperation("jpegsave_buffer", [.. Encoding, ("Q", "82"), ("optimize_coding", "true")]);
        return
        [
            new Picture(size, image.Width, image.Height, "image/webp", webp.WithImage("in", image).Bytes()),
            new Picture(size, image.Width, image.Height, "image/jpeg", jpeg.WithImage("in", image).Bytes()),
        ];
    }

    private static VipsImage Shrink(VipsImage image, int size, CancellationToken cancellation)
    {
        using var operation = new VipsOperation("thumbnail_image", Box(size));
        using var lazy = operation.WithImage("in", image).Image();
        return lazy.InMemory(cancellation);
    }

    private static (string Name, string Value)[] Box(int size)
    {
        var side = size.ToString(CultureInfo.InvariantCulture);
        return [("width", side), ("height", side), ("size", "down"), ("export_profile", "srgb")];
    }
}

/// <param name="Size">That was asked for: the longer side, or more where the original has less.</param>
internal sealed record Picture(int Size, int Width, int Height, string MimeType, byte[] Bytes);
