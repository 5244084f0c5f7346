namespace PhotoLambda.Local.S3;

/// <summary>The algorithms of AmazonS3/latest/userguide/checking-object-integrity.html.</summary>
internal enum ChecksumAlgorithm
{
    Crc32,
    Crc32C,
    Crc64Nvme,
    Sha1,
    Sha256,
}

/// <param name="Value">Base64; with <c>-N</c> behind it when composed of the checksums of N parts.</param>
/// <param name="IsFullObject">Over the bytes of the object, not over the checksums of its parts.</param>
internal sealed record Checksum(ChecksumAlgorithm Algorithm, string Value, bool IsFullObject)
{
    public string Type => IsFullObject ? "FULL_OBJECT" : "COMPOSITE";
}

internal static class ChecksumNames
{
    public static IReadOnlyList<ChecksumAlgorithm> All { get; } = Enum.GetValues<ChecksumAlgorithm>();

    /// <summary>As in <c>x-amz-checksum-algorithm</c>.</summary>
    public static string Name(this ChecksumAlgorithm algorithm) => algorithm.ToString().ToUpperInvariant();

    public static string Header(this ChecksumAlgorithm algorithm) =>
        "x-amz-checksum-" + algorithm.ToString().ToLowerInvariant();

    /// <summary>As in XML.</summary>
    public static string Element(this ChecksumAlgorithm algorithm) => "Checksum" + algorithm.Name();

    /// <summary>Bytes of the plain checksum.</summary>
    public static int Size(this ChecksumAlgorithm algorithm) => algorithm switch
    {
        ChecksumAlgorithm.Crc64Nvme => 8,
        ChecksumAlgorithm.Sha1 => 20,
        ChecksumAlgorithm.Sha256 => 32,
        _ => 4,
    };

    public static bool IsCrc(this ChecksumAlgorithm algorithm) => algorithm <= ChecksumAlgorithm.Crc64Nvme;

    /// <returns>Null for null.</returns>
    /// <exception cref="S3Exception">No such algorithm.</exception>
    public static ChecksumAlgorithm? Parse(string? name)
    {
        if (name is null)
        {
            return null;
        }

        var found = All.Where(algorithm => algorithm.Name().Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
        return found.Count == 1 ? found[0] : throw S3Error.InvalidRequest(
            $"Checksum algorithm provided is unsupported. Use one of {string.Join(", ", All.Select(Name))}.");
    }
}
