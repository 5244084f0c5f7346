using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;

namespace PhotoLambda.Local.S3;

/// <summary>The list of parts in CompleteMultipartUpload, and the object that they make.</summary>
internal sealed class CompletedParts
{
    private const long MinimumPart = 5 << 20;

    private readonly MultipartUpload _upload;
    private readonly IReadOnlyList<(int Number, string ETag, string? Checksum)> _parts;
    private readonly string? _size;
    private readonly string? _checksum;

    private CompletedParts(MultipartUpload upload, IEnumerable<XElement> parts, Func<string, string?> header)
    {
        _upload = upload;
        _parts = [.. parts.Select(part => (
            int.TryParse(part.Child("PartNumber"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number : throw S3Error.MalformedXml(),
            (part.Child("ETag") ?? throw S3Error.MalformedXml()).Trim('"'),
            part.Child(upload.Algorithm.Element())))];
        _size = header("x-amz-mp-object-size");
        _checksum = header(upload.Algorithm.Header());
    }

    /// <exception cref="S3Exception">The document is malformed, empty or out of order.</exception>
    public static CompletedParts Parse(byte[] document, MultipartUpload upload, Func<string, string?> header)
    {
        var parts = S3Xml.Parse(document, "CompleteMultipartUpload").Children("Part").ToList();
        if (parts.Count == 0)
        {
            throw S3Error.MalformedXml();
        }

        var completed = new CompletedParts(upload, parts, header);
        if (completed._parts.Zip(completed._parts.Skip(1)).Any(pair => pair.First.Number >= pair.Second.Number))
        {
            throw new S3Exception(400, "InvalidPartOrder",
                "The list of parts was not in ascending order. Parts must be ordered by part number.");
        }

        return completed;
    }

    /// <exception cref="S3Exception">A part is missing, differs or is too small, or the sum is another.</exception>
    public StoredObject Assemble(OpenUpload open)
    {
        var parts = _parts.Select(listed => Require(open, listed)).ToList();
        foreach (var part in parts.SkipLast(1).Where(part => part.Segment.Size < MinimumPart))
        {
            throw S3Error.EntityTooSmall(part.Segment.Size, MinimumPart,
                ("PartNumber", $"{part.Number}"), ("ETag", part.ETag));
        }

        var size = parts.Sum(part => part.Segment.Size);
        if (_size is not null && _size != size.ToString(CultureInfo.InvariantCulture))
        {
            throw S3Error.InvalidRequest(
                $"x-amz-mp-object-size says {_size}, but the parts have {size} bytes.");
        }

        var checksum = ChecksumHash.OfParts(_upload.Algorithm, _upload.FullObjectChecksum,
            parts.ConvertAll(part => (part.Checksum, part.Segment.Size)));
        if (_checksum is not null && _checksum != checksum.Value)
        {
            throw S3Error.BadDigest(_upload.Algorithm.Name());
        }

        var tags = parts.SelectMany(part => Convert.FromHexString(part.ETag)).ToArray();
        return new StoredObject(_upload.Key, size,
            $"{Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.MD5, tags))}-{parts.Count}",
            parts.ConvertAll(part => part.Segment), _upload.Headers, checksum, PartCount: parts.Count);
    }

    private UploadPart Require(OpenUpload open, (int Number, string ETag, string? Checksum) listed)
    {
        if (listed.Checksum is null && _upload is { ChecksumDeclared: true, FullObjectChecksum: false })
        {
            throw S3Error.InvalidRequest($"The upload was created with {_upload.Algorithm.Name()} checksums. "
                + $"The complete request lacks that of part {listed.Number}.");
        }

        return open.Find(listed.Number) is { } part && part.ETag == listed.ETag
            && (listed.Checksum ?? part.Checksum) == part.Checksum
            ? part
            : throw new S3Exception(400, "InvalidPart",
                "A specified part was not uploaded, or has another entity tag or checksum.",
                ("UploadId", _upload.Id), ("PartNumber", $"{listed.Number}"), ("ETag", listed.ETag));
    }
}
