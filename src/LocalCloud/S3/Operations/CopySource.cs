namespace PhotoLambda.Local.S3;

/// <summary>The object that <c>x-amz-copy-source</c> names.</summary>
internal sealed record CopySource(string Bucket, string Key)
{
    public const string HeaderPrefix = "x-amz-copy-source-";

    /// <exception cref="S3Exception">It is not <c>bucket/key</c>, or names a version.</exception>
    public static CopySource Of(S3Request request)
    {
        var header = request.Header("x-amz-copy-source") ?? "";
        var version = header.IndexOf("?versionId=", StringComparison.Ordinal);
        if (version >= 0 && header[version..] != "?versionId=null")
        {
            throw S3Error.NotImplemented("versionId");
        }

        var path = Uri.UnescapeDataString(version < 0 ? header : header[..version]).TrimStart('/');
        return path.Split('/', 2) is [{ Length: > 0 } bucket, { Length: > 0 } key]
            ? new(bucket, key)
            : throw S3Error.InvalidArgument(
                "The copy source must name bucket and key: bucket/key", "x-amz-copy-source", header);
    }

    /// <summary>Writes a stretch of an object into a new file.</summary>
    public static async Task<ReceivedBody> CopyAsync(ObjectReader reader, ByteRange range, NewBlob blob,
        ChecksumAlgorithm algorithm, CancellationToken cancellation)
    {
        if (range.Length > RequestBody.MaximumObject)
        {
            throw S3Error.InvalidRequest(
                $"The copy source is larger than one copy may be: {RequestBody.MaximumObject} bytes.");
        }

        using var digest = new BodyDigest([algorithm], null);
        await reader.CopyToAsync(range.Offset, range.Length, piece =>
        {
            digest.Append(piece.Span);
            return blob.Stream.WriteAsync(piece, cancellation);
        }, cancellation);
        return digest.Finish();
    }
}
