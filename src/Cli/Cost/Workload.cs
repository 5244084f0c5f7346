namespace PhotoLambda.Cli.Cost;

/// <summary>What an installation has to do in a month, and how it is set up.</summary>
/// <param name="Photos">Of a month.</param>
/// <param name="Megabytes">Of 2^20 bytes, of a photo.</param>
/// <param name="MonthsKept">That a photo is kept for.</param>
/// <param name="Reads">Of each photo's original.</param>
/// <param name="BulkShare">Of photos whose objects were there and that are registered in bulk, 0 to 1.</param>
/// <param name="Cdn">As <c>CdnProvider</c>.</param>
/// <param name="Memory">Of a function, MB.</param>
internal sealed record Workload(
    decimal Photos,
    decimal Megabytes,
    decimal MonthsKept,
    decimal Reads,
    decimal BulkShare,
    bool HasDetection,
    bool HasThumbnails,
    string Cdn,
    bool HasCreatedDatabase,
    bool HasStandby,
    bool HasNat,
    string Flavor,
    string Architecture,
    decimal Memory);
