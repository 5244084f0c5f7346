using PhotoLambda.Metadata;

namespace PhotoLambda.Tests;

public class ObjectWindowTests
{
    private static readonly byte[] File = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];

    [Fact]
    public void A_read_within_one_part_is_answered_without_a_copy()
    {
        var window = With((0, 50));

        Assert.True(window.TryRead(10, 5, out var bytes));
        Assert.True(bytes.Overlaps(File));
        Assert.Null(window.Missing);
    }

    [Theory]
    [InlineData(5, 90)]
    [InlineData(29, 2)]
    [InlineData(0, 100)]
    public void A_read_across_parts_is_joined(int offset, int count)
    {
        // In another order than in the object, and overlapping.
        var window = With((60, 40), (0, 30), (30, 31), (45, 10));

        Assert.True(window.TryRead(offset, count, out var bytes));
        Assert.Equal(File[offset..(offset + count)], bytes.ToArray());
        Assert.Equal(111, window.BytesHeld);
    }

    [Theory]
    [InlineData(20, 5, 20, 5)]
    [InlineData(18, 5, 20, 3)]
    [InlineData(18, 50, 20, 48)]
    [InlineData(99, 1, 99, 1)]
    public void Only_what_is_not_at_hand_is_missing(int offset, int count, int from, int wanted)
    {
        var window = With((0, 20));

        Assert.False(window.TryRead(offset, count, out _));
        Assert.Equal(new ByteRange(from, wanted), window.Missing);
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(90, 11)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(-1, 1)]
    [InlineData(5, -1)]
    [InlineData(101, 0)]
    public void Beyond_the_end_nothing_is_missing(long offset, int count)
    {
        var window = With((0, 10));
        window.TryRead(50, 1, out _);

        Assert.False(window.TryRead(offset, count, out _));
        Assert.Null(window.Missing);
    }

    [Fact]
    public void A_part_outside_the_object_is_refused()
    {
        var window = new ObjectWindow(10);

        Assert.Throws<ArgumentOutOfRangeException>(() => window.Add(5, new byte[6]));
        Assert.Throws<ArgumentOutOfRangeException>(() => window.Add(-1, new byte[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => window.Add(long.MaxValue, new byte[1]));
    }

    [Fact]
    public async Task A_fetch_that_answers_short_stops_the_reading()
    {
        await Assert.ThrowsAsync<EndOfStreamException>(() => MediaReader.ReadAsync(
            100, (_, _) => new(new byte[1]), cancellationToken: TestContext.Current.CancellationToken));
    }

    private static ObjectWindow With(params (int Offset, int Count)[] parts)
    {
        var window = new ObjectWindow(File.Length);
        foreach (var (offset, count) in parts)
        {
            window.Add(offset, File.AsMemory(offset, count));
        }

        return window;
    }
}
