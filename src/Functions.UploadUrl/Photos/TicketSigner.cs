using System.Globalization;
using PhotoLambda.Aws;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>
/// Presigns one PUT of one object. Every header in the ticket is part of the signature, so the store itself refuses
/// another length, type or content, and <c>If-None-Match: *</c> makes the URL good for one upload only.
/// </summary>
internal sealed class TicketSigner(AwsEnvironment aws, string bucket, TimeProvider time)
{
    /// <summary>How long the store takes an upload to begin.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly Presigner _presigner = new(aws, bucket, time);

    public UploadTicket Sign(string key, UploadRequest request)
    {
        var length = request.FileSize.ToString(CultureInfo.InvariantCulture);
        var checksum = request.Sha256 is null ? null : Convert.ToBase64String(request.Sha256);
        ReadOnlySpan<KeyValuePair<string, string>> signed =
        [
            new("content-length", length), new("content-type", request.MimeType), new("if-none-match", "*"),
            new("x-amz-checksum-sha256", checksum ?? ""),
        ];
        var url = _presigner.Presign(new PresignRequest("PUT", key, Lifetime)
        {
            Headers = checksum is null ? signed[..^1] : signed,
        });
        return new UploadTicket(url, Headers(length, request.MimeType, checksum));
    }

    private static Dictionary<string, string> Headers(string length, string type, string? checksum)
    {
        var headers = new Dictionary<string, string>
        {
            ["Content-Length"] = length,
            ["Content-Type"] = type,
            ["If-None-Match"] = "*",
        };
        if (checksum is not null)
        {
            headers["x-amz-checksum-sha256"] = checksum;
        }

        return headers;
    }
}

/// <param name="Headers">To be sent with the PUT exactly as they stand here.</param>
internal sealed record UploadTicket(string Url, IReadOnlyDictionary<string, string> Headers);
