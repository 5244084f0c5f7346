using PhotoLambda.Metadata;

namespace PhotoLambda.Bench;

/// <summary>What is read of real photos, where there are some.</summary>
internal static class RealPhotos
{
    /// <param name="row">Makes a row of name, size, number of reads, bytes read and goal.</param>
    /// <returns>Three photos: by the bytes read of them the median, the 95th percentile and the last.</returns>
    public static async Task<IReadOnlyList<string[]>> RowsAsync(Func<string, long, int, long, string, string[]> row)
    {
        var reads = new List<(long Size, int Requests, long Bytes)>();
        foreach (var path in Release.RealPhotos)
        {
            reads.Add(await ReadAsync(await File.ReadAllBytesAsync(path)));
        }

        if (reads.Count == 0)
        {
            return [];
        }

        var ordered = reads.OrderBy(r => r.Bytes).ToArray();
        string[] Row(string name, int percent)
        {
            var (size, requests, bytes) = ordered[Math.Max(0, (int)Math.Ceiling(percent / 100.0 * ordered.Length) - 1)];
            return row($"{reads.Count} real JPEG and PNG files: {name}", size, requests, bytes, "");
        }

        return [Row("p50", 50), Row("p95", 95), Row("most", 100)];
    }

    private static async Task<(long Size, int Requests, long Bytes)> ReadAsync(byte[] photo)
    {
        var (requests, bytes) = (0, 0L);
        await MediaReader.ReadAsync(photo.Length, (range, _) =>
        {
            requests++;
            bytes += range.Count;
            return new(photo.AsMemory((int)range.Offset, range.Count));
        });
        return (photo.Length, requests, bytes);
    }
}
