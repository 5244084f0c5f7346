using System.Buffers.Binary;
using System.IO.Compression;
using PhotoLambda.OnObjectCreated.Pictures;

namespace PhotoLambda.Tests;

/// <summary>Pictures whose quarters are red and green above, blue and white below; and what is seen of them.</summary>
internal sealed record ThumbnailPixels(int Width, int Height, int Bands, byte[] Samples)
{
    private static readonly (byte Red, byte Green, byte Blue)[] Quarters =
        [(220, 30, 30), (30, 200, 30), (30, 30, 220), (245, 245, 245)];

    /// <param name="hasAlpha">The blue quarter cannot be seen then.</param>
    public static byte[] Png(int width, int height, bool hasAlpha = false, bool isDeep = false)
    {
        // With grain, without which the files would be shorter than a project takes.
        var (raw, random) = (new MemoryStream(), new Random(7));
        for (var y = 0; y < height; y++)
        {
            // No filter.
            raw.WriteByte(0);
            for (var x = 0; x < width; x++)
            {
                var quarter = (x >= width / 2 ? 1 : 0) + (y >= height / 2 ? 2 : 0);
                var (red, green, blue) = Quarters[quarter];
                byte[] samples = [.. new[] { red, green, blue }.Select(s => (byte)(s + random.Next(-5, 6)))];
                samples = hasAlpha ? [.. samples, (byte)(quarter == 2 ? 0 : 255)] : samples;
                raw.Write(isDeep ? [.. samples.SelectMany(s => new[] { s, s })] : samples);
            }
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = (byte)(isDeep ? 16 : 8);
        header[9] = (byte)(hasAlpha ? 6 : 2);
        var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            raw.WriteTo(zlib);
        }

        return
        [
            0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, .. ImageBuilder.Chunk("IHDR", header),
            .. ImageBuilder.Chunk("IDAT", data.ToArray()), .. ImageBuilder.Chunk("IEND", []),
        ];
    }

    /// <summary>The same in another format, written by the library that reads it.</summary>
    /// <param name="library">From <see cref="ThumbnailStage.Library"/>.</param>
    /// <param name="space">Of colours, as libvips calls them.</param>
    public static byte[] Convert(
        string library, byte[] png, string saver, string space = "srgb", params (string Name, string Value)[] options)
    {
        VipsLibrary.Load(library);
        using var image = Load(png, "pngload_buffer");
        using var operation = new VipsOperation("colourspace", ("space", space));
        using var converted = operation.WithImage("in", image).Image();
        using var save = new VipsOperation(saver, options);
        return save.WithImage("in", converted).Bytes();
    }

    public static ThumbnailPixels Read(byte[] file, string type)
    {
        using var image = Load(file, type == "image/webp" ? "webpload_buffer" : "jpegload_buffer");
        using var save = new VipsOperation("rawsave_buffer");
        var samples = save.WithImage("in", image).Bytes();
        return new ThumbnailPixels(image.Width, image.Height, samples.Length / image.Width / image.Height, samples);
    }

    /// <summary>What a person would call the colours of the quarters: above from left to right, then below.</summary>
    public string Colours()
    {
        var quarters =
            from y in new[] { Height / 4, Height * 3 / 4 }
            from x in new[] { Width / 4, Width * 3 / 4 }
            select Colour(Samples.AsSpan(((y * Width) + x) * Bands, Bands));
        return string.Join(' ', quarters);
    }

    private static string Colour(ReadOnlySpan<byte> pixel) => pixel switch
    {
        [_, _, _, < 40] => "nothing",
        [> 170, < 110, < 110, ..] => "red",
        [< 150, > 130, < 150, ..] => "green",
        [< 110, < 110, > 130, ..] => "blue",
        [> 220, > 220, > 220, ..] => "white",
        _ => string.Join(',', pixel.ToArray()),
    };

    private static unsafe VipsImage Load(byte[] file, string loader)
    {
        fixed (byte* bytes = file)
        {
            using var operation = new VipsOperation(loader);
            using var image = operation.WithBytes("buffer", bytes, file.Length).Image();
            return image.InMemory(default);
        }
    }
}
