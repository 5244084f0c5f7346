using System.Security.Cryptography;
using System.Text;
using PhotoLambda.Bulk;
using PhotoLambda.Sqs;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Identity;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Bulk;

/// <summary>
/// <c>POST /api/v1/photos/bulk</c>: descriptors go to a queue, and a batch tells what has become of them. Without the
/// queue's word for every one of them nothing is accepted.
/// </summary>
internal sealed partial class RegisterPhotosHandler(
    BatchStore batches, QueueClient queue, TimeProvider time, ILogger<RegisterPhotosHandler> logger)
{
    public static readonly NamedSchema Shape = new("AcceptedBatch", _ => Schema.Object(
        ("batch_id", Schema.Uuid()),
        ("total", Schema.Integer("How many descriptors were accepted")),
        ("status_url", Schema.Url("Where to ask what became of them"))));

    // A client waits, and its API gateway for 30 seconds at most.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var (request, key, problem) = await JsonBody.ReadWithKeyAsync(http, BulkRequest.Read, BulkRequest.LongestBody);
        if (request is null)
        {
            return problem!;
        }

        var caller = http.Caller();
        var id = key is null ? Guid.CreateVersion7(time.GetUtcNow()) : IdOf(caller, key);
        var claim = await batches.ClaimAsync(
            caller, id, request.Photos.Length, key?.RequestHash, http.RequestAborted);
        if (!claim.IsSame)
        {
            return Problems.IdempotencyKeyReused();
        }

        // What is in the queue, or was never confirmed, goes there once more: its rows are known by their objects.
        var messages = new BulkMessages(
            caller.OrganizationId, id, caller.Subject, http.CorrelationId(), request.Inspect);
        var parts = messages.Cut(request.Photos).Where(m => !claim.FinishedParts.Contains(m.Part));
        return await SendAsync([.. parts.Select(p => new OutgoingMessage(p.Body))], id, http)
            ? Answer(http.Request, id, request.Photos.Length) with { IsReplayed = key is not null && !claim.IsNew }
            : Problems.QueueUnavailable();
    }

    /// <summary>
    /// The same user's same key names the same batch. A UUID of version 8 (RFC 9562) from a SHA-256.
    /// </summary>
    private static Guid IdOf(Caller caller, IdempotencyKey key)
    {
        var (organization, user) = (caller.OrganizationId, caller.Subject);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(
            $"bulk/{organization.Length}:{organization}/{user.Length}:{user}/{key.Value}")).AsSpan(0, 16);
        hash[6] = (byte)(0x80 | (hash[6] & 0x0F));
        hash[8] = (byte)(0x80 | (hash[8] & 0x3F));
        return new Guid(hash, bigEndian: true);
    }

    /// <returns>Whether the queue has confirmed all of them.</returns>
    private async Task<bool> SendAsync(OutgoingMessage[] messages, Guid id, HttpContext http)
    {
        var outcomes = await queue.SendBatchAsync(messages, time.GetUtcNow() + Patience, http.RequestAborted);
        if (outcomes.FirstOrDefault(o => !o.Confirmed) is not { } lost)
        {
            return true;
        }

        Log.NotConfirmed(
            logger, outcomes.Count(o => !o.Confirmed), messages.Length, id, lost.Failure, http.CorrelationId());
        http.Response.Headers.RetryAfter = "5";
        return false;
    }

    private static JsonAnswer Answer(HttpRequest http, Guid id, int total)
    {
        var path = $"/api/v1/bulk/{id}";
        return JsonAnswer.Write(
            StatusCodes.Status202Accepted, (id, total, Url: $"{http.Scheme}://{http.Host}{path}"),
            static (json, batch) =>
            {
                json.WriteStartObject();
                json.WriteString("batch_id"u8, batch.id);
                json.WriteNumber("total"u8, batch.total);
                json.WriteString("status_url"u8, batch.Url);
                json.WriteEndObject();
            },
            location: path);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error,
            Message = "{Lost} of {Messages} messages of batch {BatchId} not confirmed: {Reason} ({CorrelationId})")]
        public static partial void NotConfirmed(
            ILogger logger, int lost, int messages, Guid batchId, string? reason, string correlationId);
    }
}
