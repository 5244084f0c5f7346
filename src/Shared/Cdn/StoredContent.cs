using System.Net;

namespace PhotoLambda.Cdn;

/// <summary>The body of an answer of the store on its way into a request, with the length that it announced.</summary>
internal sealed class StoredContent : HttpContent
{
    /// <summary>As much of an object as is in memory at a time.</summary>
    public const int BufferBytes = 64 * 1024;

    private readonly HttpResponseMessage _response;

    /// <param name="response">Its body is not read so far; disposed of with the content.</param>
    public StoredContent(HttpResponseMessage response)
    {
        _response = response;
        Headers.ContentType = response.Content.Headers.ContentType;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var body = await _response.Content.ReadAsStreamAsync(cancellationToken);
        await body.CopyToAsync(stream, BufferBytes, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _response.Content.Headers.ContentLength ?? 0;
        return _response.Content.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _response.Dispose();
        }

        base.Dispose(disposing);
    }
}
