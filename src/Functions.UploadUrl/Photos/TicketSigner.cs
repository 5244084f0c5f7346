using System.Globalization;
using PhotoLambda.Aws;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>
/// Presigns one PUT of one object. Every header in the ticket is part of the signature, so the store itself refuses
/// another length, type or content, and <c>If-None-Match: *</c> makes the URL good for one upload only.
/// </summary>
internal sealed class TicketSigner(Presigner presigner)
{
    /// <summary>How long the store takes an upload to begin.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>What binds one PUT to one file: to be signed, by names in lower case and in order.</summary>
    public static KeyValuePair<string, string>[] SignedHeaders(UploadRequest request)
    {
        var size = request.FileSize.ToString(CultureInfo.InvariantCulture);
        KeyValuePair<string, string> length = new("content-length", size);
        KeyValuePair<string, string> type = new("content-type", request.MimeType), once = new("if-none-match", "*");
        return request.Sha256 is null
            ? [length, type, once]
            : [length, type, once, new("x-amz-checksum-sha256", Convert.ToBase64String(request.Sha256))];
    }

    public UploadTicket Sign(string key, UploadRequest request)
    {
        var signed = SignedHeaders(request);
        var url = presigner.Presign(new PresignRequest("PUT", key, Lifetime) { Headers = signed });
        return new UploadTicket(url, Headers(signed));
    }

    private static Dictionary<string, string> Headers(KeyValuePair<string, string>[] signed)
    {
        var headers = new Dictionary<string, string>(signed.Length);
        foreach (var (name, value) in signed)
        {
            headers.Add(Spelling(name), value);
        }

        return headers;
    }

    private static string Spelling(string name) => name switch
    {
        "content-length" => "Content-Length",
        "content-type" => "Content-Type",
        "if-none-match" => "If-None-Match",
        _ => name,
    };
}

/// <param name="Headers">To be sent with the PUT exactly as they stand here.</param>
internal sealed record UploadTicket(string Url, IReadOnlyDictionary<string, string> Headers);
