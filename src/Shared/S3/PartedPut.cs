using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace PhotoLambda.S3;

/// <summary>One object from parts, of which a few are under way at a time.</summary>
internal sealed class PartedPut(KeyRequests key, string contentType)
{
    // One is read while the other is sent; each more costs a buffer, in functions of small memory.
    private const int AtOnce = 2;

    // The store takes its time for large objects.
    private static readonly TimeSpan CompletionSilence = TimeSpan.FromMinutes(1);

    // For an upload that failed, whatever time was left.
    private static readonly TimeSpan AbortTime = TimeSpan.FromSeconds(5);

    private readonly ConcurrentBag<SentPart> _sent = [];

    private sealed record SentPart(int Number, string ETag, byte[] Sha256);

    /// <param name="first">Of the parts; the others are read from there on.</param>
    public async Task<NewObject> RunAsync(ContentParts parts, ContentPart first, CancellationToken cancellation)
    {
        var uploadId = await BeginAsync(cancellation);
        try
        {
            await Parallel.ForEachAsync(
                parts.FromAsync(first, cancellation),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
                async (part, stop) =>
                {
                    using (part)
                    {
                        await SendAsync(uploadId, part, stop);
                    }
                });
            return await CompleteAsync(uploadId, parts.Size, parts.Hash(), cancellation);
        }
        catch
        {
            await AbortAsync(uploadId);
            throw;
        }
    }

    private async Task<string> BeginAsync(CancellationToken cancellation)
    {
        // A try whose answer is lost leaves an empty upload behind; the bucket's lifecycle rule removes it.
        using var response = await key.SendAsync(key.New(HttpMethod.Post) with
        {
            Query = [new("uploads", "")],
            Content = _ => new ByteArrayContent([])
            {
                Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) },
            },
            Prepare = request => request.Headers.TryAddWithoutValidation("x-amz-checksum-algorithm", "SHA256"),
        }, cancellation);
        var answer = await StoreAnswer.ReadAsync(response, cancellation);
        return answer is { IsSuccess: true, Body.Name: "InitiateMultipartUploadResult" }
            && answer.Body.Child("UploadId") is { Length: > 0 } id
            ? id
            : throw answer.Unexpected($"the beginning of an upload of {key.Name}");
    }

    private async Task SendAsync(string uploadId, ContentPart part, CancellationToken cancellation)
    {
        var sha256 = SHA256.HashData(part.Buffer.AsSpan(0, part.Length));
        using var response = await key.SendAsync(key.New(HttpMethod.Put) with
        {
            Query =
            [
                new("partNumber", part.Number.ToString(CultureInfo.InvariantCulture)), new("uploadId", uploadId),
            ],
            Content = time => new SourceContent(part.Open(), 0, part.Length, time),
            ContentHash = Convert.ToHexStringLower(sha256),
            Prepare = request => request.Headers.TryAddWithoutValidation(
                "x-amz-checksum-sha256", Convert.ToBase64String(sha256)),
        }, cancellation);
        _sent.Add(response.IsSuccessStatusCode && KeyRequests.ETagOf(response) is { } etag
            ? new SentPart(part.Number, etag, sha256)
            : throw await key.UnexpectedAsync($"part {part.Number}", response));
    }

    private async Task<NewObject> CompleteAsync(
        string uploadId, long size, byte[] sha256, CancellationToken cancellation)
    {
        SentPart[] parts = [.. _sent.OrderBy(p => p.Number)];
        var list = CompletionList.Of(parts.Select(p => (p.Number, p.ETag, (string?)Convert.ToBase64String(p.Sha256))));
        var tries = 0;
        using var response = await key.SendAsync(key.New(HttpMethod.Post) with
        {
            Query = [new("uploadId", uploadId)],
            Content = _ => new ByteArrayContent(list) { Headers = { ContentType = new("application/xml") } },
            ContentHash = Convert.ToHexStringLower(SHA256.HashData(list)),
            Prepare = request =>
            {
                tries++;
                request.Headers.TryAddWithoutValidation("If-None-Match", "*");
                request.Headers.TryAddWithoutValidation(
                    "x-amz-mp-object-size", size.ToString(CultureInfo.InvariantCulture));
            },
            Silence = CompletionSilence,
            RetriesConflicts = true,
        }, cancellation);
        var answer = await StoreAnswer.ReadAsync(response, cancellation);
        if (answer is { IsSuccess: true, Body.Name: "CompleteMultipartUploadResult" }
            && answer.Body.Child("ETag") is { Length: > 0 } etag)
        {
            return new NewObject(etag.Trim('"'), KeyRequests.VersionOf(response), size, sha256);
        }

        // A completion that was done has no upload any more, when its answer was lost and it is asked for again.
        return answer.Status switch
        {
            HttpStatusCode.PreconditionFailed when tries == 1 => throw key.Exists(),
            HttpStatusCode.PreconditionFailed or HttpStatusCode.NotFound or HttpStatusCode.Conflict =>
                await key.FindOursAsync(size, Checksum(parts), sha256, cancellation),
            _ => null,
        } ?? throw answer.Unexpected($"the completion of {key.Name}");
    }

    /// <summary>Of an object of parts the store knows the checksum of their checksums.</summary>
    private static string Checksum(SentPart[] parts) =>
        $"{Convert.ToBase64String(SHA256.HashData([.. parts.SelectMany(p => p.Sha256)]))}-{parts.Length}";

    private async Task AbortAsync(string uploadId)
    {
        try
        {
            var client = key.Client;
            using var _ = await client.SendAsync(key.New(HttpMethod.Delete) with
            {
                Query = [new("uploadId", uploadId)],
                Deadline = client.Time.GetUtcNow() + AbortTime,
                Silence = AbortTime,
                FirstDelay = TimeSpan.FromMilliseconds(200),
                PassesBreaker = true,
            }, CancellationToken.None);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            // What made the upload fail is what the caller is to know; the bucket's lifecycle rule removes the parts.
        }
    }
}
