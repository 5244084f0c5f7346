using System.Net;
using Microsoft.Win32.SafeHandles;
using PhotoLambda.S3;

namespace PhotoLambda.Cli.Push;

/// <summary>Sends files to where their tickets say. Safe for concurrent use.</summary>
internal sealed class Upload(HttpClient http, Retries retries, Tally tally)
{
    // A store that takes nothing for so long has forgotten the connection.
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(60);

    private const int LongestError = 64 * 1024;

    /// <exception cref="OutageException">The store does not answer.</exception>
    /// <exception cref="FileChangedException">The file is shorter by now.</exception>
    public async Task<StoreVerdict> SendAsync(PushFile file, Ticket ticket, CancellationToken cancellation)
    {
        using var handle = File.OpenHandle(file.Place, options: FileOptions.Asynchronous);
        using var response = await retries.RunAsync(
            token => OnceAsync(handle, file.Size, ticket, token), cancellation);
        if (response.IsSuccessStatusCode)
        {
            return new StoreVerdict(HttpStatusCode.OK, null, null);
        }

        var error = StoreXml.Parse(await response.Content.ReadAsByteArrayAsync(cancellation), LongestError);
        return new StoreVerdict(response.StatusCode, error?.Child("Code"), error?.Child("Message"));
    }

    private async Task<HttpResponseMessage> OnceAsync(
        SafeFileHandle file, long size, Ticket ticket, CancellationToken cancellation)
    {
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Put, ticket.UploadUrl);
        var content = new FileContent(file, size, count =>
        {
            stalled.CancelAfter(StallTimeout);
            tally.Sent(count);
        });
        request.Content = content;
        foreach (var (name, value) in ticket.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        stalled.CancelAfter(StallTimeout);
        var isDone = false;
        try
        {
            var response = await http.SendAsync(request, stalled.Token);
            isDone = response.IsSuccessStatusCode;
            return response;
        }
        catch (Exception) when (content.IsShort)
        {
            throw new FileChangedException();
        }
        finally
        {
            if (!isDone)
            {
                tally.Sent(-content.Sent);
            }
        }
    }

    private sealed class FileContent(SafeFileHandle file, long size, Action<int> onSent) : HttpContent
    {
        private const int Chunk = 128 * 1024;

        public long Sent { get; private set; }

        public bool IsShort { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(
            Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            var buffer = new byte[(int)Math.Min(Chunk, size)];
            for (long at = 0; at < size;)
            {
                var most = (int)Math.Min(buffer.Length, size - at);
                var count = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, most), at, cancellationToken);
                if (count == 0)
                {
                    IsShort = true;
                    throw new FileChangedException();
                }

                await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                at += count;
                Sent += count;
                onSent(count);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = size;
            return true;
        }
    }
}

/// <summary>What the store says of an upload.</summary>
internal sealed record StoreVerdict(HttpStatusCode Status, string? Code, string? Message)
{
    /// <summary>
    /// Or had been, by an earlier try whose answer was lost (If-None-Match): nobody else has the URL.
    /// </summary>
    public bool IsStored => Status is HttpStatusCode.OK or HttpStatusCode.PreconditionFailed;

    /// <summary>The ticket has ended, or credentials that signed it have.</summary>
    public bool IsTicketOver => Status == HttpStatusCode.Forbidden
        || (Status == HttpStatusCode.BadRequest && Code == "ExpiredToken");

    /// <summary>Two tries met, or the connection was too slow.</summary>
    /// <seealso href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"/>
    public bool IsPassing => Status == HttpStatusCode.Conflict
        || (Status == HttpStatusCode.BadRequest && Code == "RequestTimeout");

    /// <summary>The bytes that came have another SHA-256 than the ticket.</summary>
    public bool IsOtherContent => Status == HttpStatusCode.BadRequest
        && Code is "BadDigest" or "XAmzContentChecksumMismatch";

    public override string ToString() => $"the store answers {(int)Status} {Code} {Message}".TrimEnd();
}

/// <summary>The file is not what it was when its hash was computed.</summary>
internal sealed class FileChangedException() : IOException("it changed while it was pushed: push it again");
