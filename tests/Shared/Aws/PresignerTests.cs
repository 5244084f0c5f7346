using System.Buffers;
using System.Text;
using PhotoLambda.Aws;

namespace PhotoLambda.Tests;

public class PresignerTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 3, 5, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static AwsEnvironment Aws { get; } = new("eu-central-1", new AwsCredentials("AKIDEXAMPLE", "secret", null));

    private static Presigner Presigner { get; } = new(Aws, "photos", new StoppedTime(Midnight));

    [Fact]
    public void A_URL_goes_into_a_buffer_without_becoming_a_string()
    {
        var output = new ArrayBufferWriter<byte>(4096);
        Presigner.Presign(new("PUT", "a/b c.jpg", Minute), output);
        var text = Encoding.ASCII.GetString(output.WrittenSpan);
        Assert.Equal(Presigner.Presign(new PresignRequest("PUT", "a/b c.jpg", Minute)), text);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            output.ResetWrittenCount();
            Presigner.Presign(new("PUT", "a/b c.jpg", Minute), output);
        }

        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        Assert.True(each < text.Length, $"{each} bytes were allocated for a URL of {text.Length}.");
    }

    [Fact]
    public void A_new_day_has_its_own_date_and_signing_key()
    {
        var clock = new SteppedTime();
        var presigner = new Presigner(Aws, "photos", clock);
        var first = presigner.Presign(new PresignRequest("GET", "a", Minute));

        clock.Advance(TimeSpan.FromHours(12));

        Assert.Contains("%2F20260304%2F", first, StringComparison.Ordinal);
        Assert.Equal(
            Presigner.Presign(new PresignRequest("GET", "a", Minute)),
            presigner.Presign(new PresignRequest("GET", "a", Minute)));
    }

    [Theory]
    [InlineData("", "a", 60, "method")]
    [InlineData("put", "a", 60, "method")]
    [InlineData("PUT\n", "a", 60, "method")]
    [InlineData("PUT", "", 60, "key")]
    [InlineData("PUT", "a", 0.999, "lifetime")]
    [InlineData("PUT", "a", 604_801, "lifetime")]
    public void What_no_URL_allows_is_refused(string method, string key, double seconds, string named)
    {
        var refused = Assert.ThrowsAny<ArgumentException>(
            () => Presigner.Presign(new PresignRequest(method, key, TimeSpan.FromSeconds(seconds))));
        Assert.Equal(named, refused.ParamName);
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1026, false)]
    public void A_key_has_at_most_1024_bytes(int bytes, bool isTaken)
    {
        var key = new string('é', bytes / 2);
        var problem = Record.Exception(() => Presigner.Presign(new PresignRequest("PUT", key, Minute)));
        Assert.Equal(isTaken, problem is null);
    }

    [Theory]
    [InlineData("host", "a")]
    [InlineData("", "a")]
    [InlineData("Content-Type", "a")]
    [InlineData("a:b", "a")]
    [InlineData("a", "b\nx-amz-acl:public-read")]
    [InlineData("x", "out of order", "a", "b")]
    [InlineData("a", "twice", "a", "b")]
    public void A_header_that_cannot_be_signed_is_refused(params string[] pairs) =>
        Assert.Equal("Headers", Assert.Throws<ArgumentException>(() => Presigner.Presign(
            new PresignRequest("PUT", "a", Minute) { Headers = Pairs(pairs) })).ParamName);

    [Theory]
    [InlineData("", "a")]
    [InlineData("X-Amz-Expires", "604800")]
    [InlineData("a b", "a")]
    [InlineData("a&b", "a")]
    [InlineData("uploadId", "out of order", "partNumber", "1")]
    [InlineData("a", "twice", "a", "b")]
    public void A_parameter_that_cannot_be_signed_is_refused(params string[] pairs) =>
        Assert.Equal("Query", Assert.Throws<ArgumentException>(() => Presigner.Presign(
            new PresignRequest("PUT", "a", Minute) { Query = Pairs(pairs) })).ParamName);

    private static KeyValuePair<string, string>[] Pairs(string[] pairs) =>
        [.. pairs.Chunk(2).Select(p => KeyValuePair.Create(p[0], p[1]))];
}
