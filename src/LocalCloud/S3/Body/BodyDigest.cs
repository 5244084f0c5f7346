using System.Security.Cryptography;

namespace PhotoLambda.Local.S3;

/// <summary>All that is computed over a body while it passes.</summary>
/// <param name="algorithms">The first is the one to keep with the object.</param>
/// <param name="bodySha256">Lower-case hex that the body has to have; null: any.</param>
internal sealed class BodyDigest(IEnumerable<ChecksumAlgorithm> algorithms, string? bodySha256) : IDisposable
{
    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private readonly List<ChecksumHash> _checksums = [.. algorithms.Distinct().Select(a => new ChecksumHash(a))];
    private readonly IncrementalHash? _sha256 =
        bodySha256 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private long _size;

    public void Append(ReadOnlySpan<byte> data)
    {
        _md5.AppendData(data);
        foreach (var checksum in _checksums)
        {
            checksum.Append(data);
        }

        _sha256?.AppendData(data);
        _size += data.Length;
    }

    /// <exception cref="S3Exception">The body is not the one that was signed.</exception>
    public ReceivedBody Finish()
    {
        if (_sha256 is not null)
        {
            var actual = Convert.ToHexStringLower(_sha256.GetHashAndReset());
            if (actual != bodySha256)
            {
                throw new S3Exception(400, "XAmzContentSHA256Mismatch",
                    "The provided 'x-amz-content-sha256' header does not match what was computed.",
                    ("ClientComputedContentSHA256", bodySha256!), ("S3ComputedContentSHA256", actual));
            }
        }

        return new(_size, _md5.GetHashAndReset(), _checksums.ConvertAll(checksum => checksum.Finish()));
    }

    public void Dispose()
    {
        _md5.Dispose();
        _checksums.ForEach(checksum => checksum.Dispose());
        _sha256?.Dispose();
    }
}

/// <param name="Size">Bytes.</param>
/// <param name="Checksums">All that were computed.</param>
internal sealed record ReceivedBody(long Size, byte[] Md5, IReadOnlyList<Checksum> Checksums)
{
    /// <summary>The one to keep with the object.</summary>
    public Checksum Checksum => Checksums[0];

    public string ETag => Convert.ToHexStringLower(Md5);

    /// <param name="header">Base64, null when the client sent none.</param>
    /// <exception cref="S3Exception">It is not base64 of 16 bytes, or not the body's.</exception>
    public void CheckMd5(string? header)
    {
        Span<byte> expected = stackalloc byte[16];
        if (header is null)
        {
            return;
        }

        if (!Convert.TryFromBase64String(header, expected, out var size) || size != expected.Length)
        {
            throw new S3Exception(400, "InvalidDigest", "The Content-MD5 you specified was invalid.");
        }

        if (!expected.SequenceEqual(Md5))
        {
            throw S3Error.BadDigest("Content-MD5");
        }
    }

    /// <exception cref="S3Exception">It differs from the declared one.</exception>
    public void CheckChecksum(ChecksumAlgorithm algorithm, string declared)
    {
        if (Checksums.Single(checksum => checksum.Algorithm == algorithm).Value != declared)
        {
            throw new S3Exception(400, "BadDigest",
                $"The {algorithm.Name()} you specified did not match the calculated checksum.");
        }
    }

    /// <summary>As an object in one piece.</summary>
    public StoredObject ToObject(string key, NewBlob blob, IReadOnlyDictionary<string, string> headers) =>
        new(key, Size, ETag, [new Segment(blob.Id, Size)], headers, Checksum);
}
