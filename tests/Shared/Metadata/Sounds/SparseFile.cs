using PhotoLambda.Metadata;

namespace PhotoLambda.Tests;

/// <summary>A file of any length of which only a few parts are there; zeros lie between them.</summary>
internal sealed class SparseFile(long length)
{
    private readonly List<(long Offset, byte[] Bytes)> _parts = [];

    public void Put(long offset, byte[] bytes) => _parts.Add((offset, bytes));

    /// <summary>Reads as from a store.</summary>
    public MediaMetadata Read(out List<ByteRange> fetched)
    {
        var ranges = new List<ByteRange>();
        fetched = ranges;
        var reading = MediaReader.ReadAsync(length, (range, _) => new(Fetch(range)));
        Assert.True(reading.IsCompleted);
        return reading.GetAwaiter().GetResult();

        ReadOnlyMemory<byte> Fetch(ByteRange range)
        {
            ranges.Add(range);
            var bytes = new byte[range.Count];
            foreach (var (offset, part) in _parts)
            {
                var from = Math.Max(offset, range.Offset);
                var end = Math.Min(offset + part.Length, range.Offset + range.Count);
                if (from < end)
                {
                    var there = part.AsSpan((int)(from - offset), (int)(end - from));
                    there.CopyTo(bytes.AsSpan((int)(from - range.Offset)));
                }
            }

            return bytes;
        }
    }
}
