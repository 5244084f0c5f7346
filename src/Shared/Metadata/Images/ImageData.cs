using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PhotoLambda.Metadata;

/// <summary>
/// The SHA-256 of what a picture is made of, without what is told about it: two files that differ in their metadata
/// alone have the same. All of the image data are read.
/// </summary>
internal static class ImageData
{
    /// <param name="length">Of the object in bytes.</param>
    /// <returns>
    /// 32 bytes; null for other types than JPEG, PNG and WebP, and for a file whose structure breaks off.
    /// </returns>
    public static async Task<byte[]?> HashAsync(
        MediaType type, long length, FetchRange fetch, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var data = new HashedData(new ObjectStream(length, fetch), hash);
        var isWhole = type switch
        {
            MediaType.Jpeg => await JpegAsync(data, cancellation),
            MediaType.Png => await PngAsync(data, cancellation),
            MediaType.WebP => await WebPAsync(data, cancellation),
            _ => false,
        };
        return isWhole ? hash.GetHashAndReset() : null;
    }

    /// <summary>All tables, frames and scans to the end marker; of APPn only Adobe's, for decoding needs it.</summary>
    private static async Task<bool> JpegAsync(HashedData data, CancellationToken cancellation)
    {
        const int startOfScan = 0xDA, endOfImage = 0xD9, adobe = 0xEE, comment = 0xFE;
        data.Skip(2);
        while (await data.NextMarkerAsync(cancellation) is { } marker)
        {
            if (marker == endOfImage)
            {
                return true;
            }

            if (marker is 0x01 or (>= 0xD0 and <= 0xD8))
            {
                continue;
            }

            if (await data.NumberAsync(2, cancellation) is not ({ } length and >= 2))
            {
                return false;
            }

            if (marker is (>= 0xE0 and <= 0xEF and not adobe) or comment)
            {
                data.Skip(length - 2);
                continue;
            }

            data.Append([(byte)marker]);
            if (!await data.HashAsync(length - 2, cancellation)
                || (marker == startOfScan && !await data.HashScanAsync(cancellation)))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Size, palette, transparency, and the compressed pixels whatever chunks they are cut into.</summary>
    private static async Task<bool> PngAsync(HashedData data, CancellationToken cancellation)
    {
        const uint palette = 0x504C5445, transparency = 0x74524E53;
        data.Skip(8);
        while (await data.NumberAsync(4, cancellation) is { } length
            && await data.NumberAsync(4, cancellation) is { } type)
        {
            if (type == PngChunk.Iend)
            {
                return true;
            }

            if (type is PngChunk.Ihdr or PngChunk.Idat or palette or transparency)
            {
                if (!await data.HashAsync(length, cancellation))
                {
                    return false;
                }
            }
            else
            {
                data.Skip(length);
            }

            data.Skip(4);
        }

        return false;
    }

    private static async Task<bool> WebPAsync(HashedData data, CancellationToken cancellation)
    {
        data.Skip(4);
        if (await data.NumberAsync(4, cancellation) is not { } declared)
        {
            return false;
        }

        var end = 8 + BinaryPrimitives.ReverseEndianness((uint)declared);
        data.Skip(4);
        while (data.Position + 8 <= end
            && await data.NumberAsync(4, cancellation) is { } name
            && await data.NumberAsync(4, cancellation) is { } length)
        {
            var bytes = BinaryPrimitives.ReverseEndianness((uint)length);
            if (!IsPicture((uint)name))
            {
                data.Skip(bytes);
            }
            else if (!await data.HashAsync(bytes, cancellation))
            {
                return false;
            }

            data.Skip(bytes & 1);
        }

        return data.Position >= end;
    }

    private static bool IsPicture(uint name) =>
        name is WebPChunk.Lossy or WebPChunk.Lossless or WebPChunk.Alpha or WebPChunk.Animation
            or WebPChunk.AnimationFrame;
}
