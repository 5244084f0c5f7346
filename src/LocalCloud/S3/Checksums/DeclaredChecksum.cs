namespace PhotoLambda.Local.S3;

/// <summary>The checksum that a client announces for a body.</summary>
/// <param name="Value">Base64; null when it follows in a trailer.</param>
internal sealed record DeclaredChecksum(ChecksumAlgorithm Algorithm, string? Value)
{
    /// <param name="field">A header or form field by its lower-case name.</param>
    /// <returns>Null when the client declares none.</returns>
    /// <exception cref="S3Exception">More than one, one announced but not given, or one that cannot be.</exception>
    public static DeclaredChecksum? Read(Func<string, string?> field)
    {
        var trailers = (field("x-amz-trailer") ?? "").Split(',', StringSplitOptions.TrimEntries);
        var found = ChecksumNames.All
            .Where(a => field(a.Header()) is not null
                || trailers.Contains(a.Header(), StringComparer.OrdinalIgnoreCase))
            .Select(a => new DeclaredChecksum(a, field(a.Header()))).ToList();
        if (found.Count > 1)
        {
            throw S3Error.InvalidRequest(
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
        }

        var announced = ChecksumNames.Parse(field("x-amz-sdk-checksum-algorithm"));
        if (found.Count == 0)
        {
            return announced is null ? null : throw S3Error.InvalidRequest(
                "x-amz-sdk-checksum-algorithm specified, but neither an x-amz-checksum-* nor an x-amz-trailer header.");
        }

        if (announced is not null && announced != found[0].Algorithm)
        {
            throw S3Error.InvalidRequest("Value for x-amz-sdk-checksum-algorithm header is invalid.");
        }

        if (found[0].Value is { } value)
        {
            CheckForm(found[0].Algorithm, value);
        }

        return found[0];
    }

    /// <exception cref="S3Exception">It is not base64 of as many bytes as the algorithm yields.</exception>
    public static void CheckForm(ChecksumAlgorithm algorithm, string value)
    {
        Span<byte> bytes = stackalloc byte[64];
        if (value.Length > 64 || !Convert.TryFromBase64String(value, bytes, out var size) || size != algorithm.Size())
        {
            throw S3Error.InvalidRequest($"Value for {algorithm.Header()} header is invalid.");
        }
    }
}
