using System.Globalization;

namespace PhotoLambda.Local.S3;

/// <summary>A stretch of an object.</summary>
/// <param name="Offset">Of the first byte.</param>
/// <param name="Length">Bytes.</param>
internal sealed record ByteRange(long Offset, long Length)
{
    /// <summary><c>bytes=first-last</c>, <c>bytes=first-</c> or <c>bytes=-suffix</c> (RFC 9110, 14.1.2).</summary>
    /// <param name="size">Of the object, bytes.</param>
    /// <returns>Null when the header is missing or names no single range: S3 then answers with the whole.</returns>
    /// <exception cref="S3Exception">It lies beyond the end.</exception>
    public static ByteRange? Parse(string? header, long size)
    {
        if (header is null || !header.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase)
            || header["bytes=".Length..].Split('-') is not [var from, var to])
        {
            return null;
        }

        var (first, last) = (Number(from), Number(to));
        var range = (from.Trim(), first, last) switch
        {
            ("", _, { } suffix) => new ByteRange(Math.Max(0, size - suffix), Math.Min(suffix, size)),
            (_, { } start, null) when to.Trim().Length == 0 => new ByteRange(start, size - start),
            (_, { } start, { } end) when start <= end => new ByteRange(start, Math.Min(end, size - 1) - start + 1),
            _ => null,
        };
        return range is { Length: <= 0 } ? throw NotSatisfiable(header, size) : range;
    }

    /// <summary>For <c>x-amz-copy-source-range</c>, which has to be complete and within the object.</summary>
    /// <exception cref="S3Exception">It is not.</exception>
    public static ByteRange ParseExact(string header, long size)
    {
        if (!header.StartsWith("bytes=", StringComparison.Ordinal)
            || header["bytes=".Length..].Split('-') is not [var from, var to]
            || Number(from) is not { } first || Number(to) is not { } last || first > last || last >= size)
        {
            throw S3Error.InvalidArgument(
                $"Range specified is not valid for source object of size: {size}", "x-amz-copy-source-range", header);
        }

        return new(first, last - first + 1);
    }

    /// <summary>For <c>Content-Range</c>.</summary>
    public string ContentRange(long size) => $"bytes {Offset}-{Offset + Length - 1}/{size}";

    private static S3Exception NotSatisfiable(string header, long size) => new(416, "InvalidRange",
        "The requested range is not satisfiable", ("RangeRequested", header), ("ActualObjectSize", $"{size}"));

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out var number) ? number : null;
}
