using System.Net;
using System.Net.Http.Headers;

namespace PhotoLambda.S3;

/// <summary>
/// The content of an object, or a range of it, as it comes from the store. When the connection breaks or nothing comes
/// any more, the rest is asked for, of the same version. To be read asynchronously, by one reader.
/// </summary>
/// <exception cref="StoreUnavailableException">Of reading: the rest does not come.</exception>
/// <exception cref="ObjectChangedException">Of reading: the rest is of another version now.</exception>
/// <exception cref="ObjectMissingException">Of reading: the object was deleted before all was read.</exception>
internal sealed class ObjectContent : Stream
{
    private readonly KeyRequests _key;
    private readonly long _offset;
    private HttpResponseMessage _response;
    private Stream _body;
    private long _position;
    private int _breaks;

    private ObjectContent(KeyRequests key, HttpResponseMessage response, Stream body, long offset)
    {
        (_key, _response, _body, _offset) = (key, response, body, offset);
        Length = response.Content.Headers.ContentLength!.Value;
        TotalLength = response.Content.Headers.ContentRange?.Length ?? Length;
        ContentType = response.Content.Headers.ContentType?.ToString();
        ETag = KeyRequests.ETagOf(response)!;
    }

    /// <summary>Of the range that was asked for, as far as the object has it; bytes.</summary>
    public override long Length { get; }

    /// <summary>Of the whole object; bytes.</summary>
    public long TotalLength { get; }

    public string? ContentType { get; }

    /// <summary>Without quotes.</summary>
    public string ETag { get; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    /// <summary>Bytes read so far.</summary>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc cref="StoredObjects.OpenAsync" path="/param|/exception"/>
    public static async Task<ObjectContent> OpenAsync(
        KeyRequests key, string? etag, long offset, long? count, CancellationToken cancellation)
    {
        var end = count is { } some && some <= long.MaxValue - offset ? offset + some - 1 : (long?)null;
        var response = await AskAsync(key, etag, offset, end, cancellation);
        return new ObjectContent(key, response, await response.Content.ReadAsStreamAsync(cancellation), offset);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_position < Length && !buffer.IsEmpty)
        {
            var left = (int)Math.Min(buffer.Length, Length - _position);
            var (read, failure) = await TryReadAsync(buffer[..left], cancellationToken);
            if (failure is null)
            {
                return read;
            }

            _key.Client.Breaker?.BodyEnded(isWhole: false);
            await ReopenAsync(failure, cancellationToken);
        }

        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("An object is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _response.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<(int Read, Exception? Failure)> TryReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            using var time = new TryTime(_key.Client.Time, KeyRequests.Silence, _key.Deadline, cancellation);
            var read = await time.RunAsync(t => _body.ReadAsync(buffer, t.Token).AsTask());
            _position += read;
            if (_position == Length)
            {
                _key.Client.Breaker?.BodyEnded(isWhole: true);
            }

            return read > 0 ? (read, null) : (0, new EndOfStreamException("The answer ended too soon."));
        }
        catch (OutOfTimeException e)
        {
            throw _key.Unavailable(e.Message, e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or TimeoutException)
        {
            return (0, e);
        }
    }

    private async Task ReopenAsync(Exception failure, CancellationToken cancellation)
    {
        _response.Dispose();
        var (time, delay) = (_key.Client.Time, BucketRetries.Jittered(KeyRequests.FirstDelay, _breaks));
        if (_breaks++ == BucketRetries.Retries || time.GetUtcNow() + delay >= _key.Deadline)
        {
            throw _key.Unavailable($"The connection broke after {_position} of {Length} bytes.", failure);
        }

        await Task.Delay(delay, time, cancellation);
        _response = await AskAsync(_key, ETag, _offset + _position, _offset + Length - 1, cancellation);
        _body = await _response.Content.ReadAsStreamAsync(cancellation);
    }

    private static async Task<HttpResponseMessage> AskAsync(
        KeyRequests key, string? etag, long start, long? end, CancellationToken cancellation)
    {
        var range = start > 0 || end is not null ? new RangeHeaderValue(start, end) : null;
        var response = await key.SendAsync(key.New(HttpMethod.Get) with
        {
            Prepare = request =>
            {
                request.Headers.Range = range;
                if (etag is not null)
                {
                    request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{etag}\""));
                }
            },
            IsStreamed = true,
        }, cancellation);
        if (response.IsSuccessStatusCode && IsWhatWasAsked(response, range))
        {
            return response;
        }

        using (response)
        {
            throw response.IsSuccessStatusCode
                ? key.Unavailable("Something answered that is no store.")
                : await RefusalAsync(key, response);
        }
    }

    private static bool IsWhatWasAsked(HttpResponseMessage response, RangeHeaderValue? range)
    {
        var headers = response.Content.Headers;
        var isRange = range is null
            ? response.StatusCode == HttpStatusCode.OK
            : response.StatusCode == HttpStatusCode.PartialContent
                && headers.ContentRange is { HasLength: true, HasRange: true } given
                && given.From == range.Ranges.Single().From
                && headers.ContentLength == given.To - given.From + 1;
        return isRange && headers.ContentLength is not null && KeyRequests.ETagOf(response) is not null;
    }

    private static async Task<Exception> RefusalAsync(KeyRequests key, HttpResponseMessage response)
    {
        var refusal = await key.UnexpectedAsync("a request", response);
        return (refusal as StoreRefusedException) switch
        {
            { Status: HttpStatusCode.NotFound, Code: not "NoSuchBucket" } =>
                new ObjectMissingException($"There is no {key.Name}."),
            { Status: HttpStatusCode.PreconditionFailed } =>
                new ObjectChangedException($"{key.Name} is no longer what it was."),
            _ => refusal,
        };
    }
}
