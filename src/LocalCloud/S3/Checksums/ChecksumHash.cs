using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PhotoLambda.Local.S3;

/// <summary>One checksum, computed as the bytes come.</summary>
internal sealed class ChecksumHash(ChecksumAlgorithm algorithm) : IDisposable
{
    private readonly Crc? _crc = CrcOf(algorithm);
    private readonly IncrementalHash? _hash = algorithm switch
    {
        ChecksumAlgorithm.Sha1 => IncrementalHash.CreateHash(HashAlgorithmName.SHA1),
        ChecksumAlgorithm.Sha256 => IncrementalHash.CreateHash(HashAlgorithmName.SHA256),
        _ => null,
    };

    private ulong _value;

    public void Append(ReadOnlySpan<byte> data)
    {
        if (_crc is null)
        {
            _hash!.AppendData(data);
        }
        else
        {
            _value = _crc.Append(_value, data);
        }
    }

    /// <summary>Base64 of the big-endian value, as S3 writes it.</summary>
    public Checksum Finish() => new(algorithm,
        _crc is null ? Convert.ToBase64String(_hash!.GetHashAndReset()) : Encode(_value, _crc.Width), true);

    public void Dispose() => _hash?.Dispose();

    /// <summary>The checksum of an object in parts: of the whole, or of the parts' checksums.</summary>
    public static Checksum OfParts(
        ChecksumAlgorithm algorithm, bool fullObject, IReadOnlyList<(string Checksum, long Size)> parts)
    {
        if (!fullObject)
        {
            using var hash = new ChecksumHash(algorithm);
            foreach (var part in parts)
            {
                hash.Append(Convert.FromBase64String(part.Checksum));
            }

            return new(algorithm, $"{hash.Finish().Value}-{parts.Count}", false);
        }

        var crc = CrcOf(algorithm)!;
        ulong value = 0;
        foreach (var part in parts)
        {
            value = crc.Combine(value, Decode(part.Checksum), part.Size);
        }

        return new(algorithm, Encode(value, crc.Width), true);
    }

    private static Crc? CrcOf(ChecksumAlgorithm algorithm) => algorithm switch
    {
        ChecksumAlgorithm.Crc32 => Crc.Crc32,
        ChecksumAlgorithm.Crc32C => Crc.Crc32C,
        ChecksumAlgorithm.Crc64Nvme => Crc.Crc64Nvme,
        _ => null,
    };

    private static string Encode(ulong value, int width)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return Convert.ToBase64String(bytes[(8 - (width / 8))..]);
    }

    private static ulong Decode(string base64)
    {
        ulong value = 0;
        foreach (var octet in Convert.FromBase64String(base64))
        {
            value = (value << 8) | octet;
        }

        return value;
    }
}
