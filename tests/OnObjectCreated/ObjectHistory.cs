using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using PhotoLambda.OnObjectCreated;
using PhotoLambda.Photos;
using PhotoLambda.S3;

namespace PhotoLambda.Tests;

/// <summary>
/// What happens to one object: it is put, overwritten, deleted and put again, some versions of it not what the ticket
/// was for. The store goes through it in order; the events are the test's to deliver.
/// </summary>
internal sealed class ObjectHistory(string bucket, string key)
{
    private const int MostSteps = 6;

    private readonly List<string> _sequencers = [];
    private int _width;

    public Guid PhotoId { get; } = Guid.CreateVersion7();

    public string Key => key;

    /// <summary>Steps that are still to be taken.</summary>
    public int Left { get; private set; }

    /// <summary>What the row must say in the end: <c>status,width,sequencer</c>.</summary>
    public string Expected { get; private set; } = "";

    /// <summary>Null when the last version is not one for a detector.</summary>
    public Guid? ExpectedJob { get; private set; }

    public static ObjectHistory New(Random random, string bucket) => new(bucket, $"histories/a key/{Guid.NewGuid()}")
    {
        Left = random.Next(1, MostSteps + 1),
    };

    /// <returns>The event of the next step, which the store has taken.</returns>
    public async Task<string> StepAsync(Random random, BucketClient store, CancellationToken cancellation)
    {
        Left--;
        var sequencer = NextSequencer(random);
        if (_width > 0 && random.Next(3) == 0)
        {
            await store.DeleteAsync(key, DateTimeOffset.MaxValue, cancellation);
            (_width, Expected, ExpectedJob) = (0, $"failed,object_removed,,{ObjectEvent.Pad(sequencer)}", null);
            return Event("ObjectRemoved:Delete", sequencer, null, 0);
        }

        _width = 8 * random.Next(1, 60);
        var fits = random.Next(4) > 0;
        var bytes = ImageBuilder.Jpeg(_width, length: fits ? 4096 : 4097);
        using var answer = await store.SendAsync(HttpMethod.Put, key, [], request =>
            request.Content!.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg"),
            bytes, DateTimeOffset.MaxValue, cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Expected = $"{(fits ? "processing," : "failed,size_mismatch")},{_width},{ObjectEvent.Pad(sequencer)}";
        ExpectedJob = fits ? DetectionJob.IdOf(PhotoId, ObjectEvent.Pad(sequencer)) : null;
        return Event("ObjectCreated:Put", sequencer, answer.Headers.ETag!.Tag.Trim('"'), bytes.Length);
    }

    // They need not have the same length: the shorter one is padded.
    private string NextSequencer(Random random)
    {
        var number = ((_sequencers.Count + 1L) << 24) + random.Next(1 << 24);
        number = random.Next(3) == 0 ? number & ~0xFFFL : number;
        _sequencers.Add(number.ToString("X16", CultureInfo.InvariantCulture).TrimEnd('0'));
        return _sequencers[^1];
    }

    private string Event(string name, string sequencer, string? etag, int size) => JsonSerializer.Serialize(new
    {
        Records = new[]
        {
            new
            {
                eventVersion = "2.3",
                eventSource = "aws:s3",
                eventTime = "2026-01-01T00:00:00.000Z",
                eventName = name,
                s3 = new
                {
                    bucket = new { name = bucket },
                    @object = new { key = key.Replace(' ', '+'), size, eTag = etag, sequencer },
                },
            },
        },
    });
}
