using System.Security.Cryptography;
using System.Text;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>
/// A name that the client gives to a request, so that the request can come again and be done once. It is the user's
/// in the organization, and good for 24 hours.
/// </summary>
/// <param name="RequestHash">SHA-256 of method, path and body: the same key for another request is a mistake.</param>
internal sealed record IdempotencyKey(string Value, byte[] RequestHash)
{
    public const string Header = "Idempotency-Key";
    public const int Longest = 255;

    /// <returns>Neither when the client sent no key; else the key or the problem with it.</returns>
    public static (IdempotencyKey? Key, Problem? Problem) Read(HttpContext http, ReadOnlySpan<byte> body)
    {
        var sent = http.Request.Headers[Header];
        if (sent.Count == 0)
        {
            return (null, null);
        }

        var value = sent.Count == 1 ? sent[0]! : "";
        if (value.Length is >= 1 and <= Longest && !value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return (new IdempotencyKey(value, Hash(http.Request, body)), null);
        }

        var found = sent.Count > 1 ? $"{sent.Count} headers"
            : value.Length > Longest ? $"{value.Length} characters long"
            : $"\"{Fields.Visible(value)}\"";
        return (null, Problems.Invalid(
            new FieldError(Header, $"one header of 1 to {Longest} printable ASCII characters", found)));
    }

    private static byte[] Hash(HttpRequest request, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.PathBase}{request.Path}\n"));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}

/// <summary>An answer to be kept under a key, for the requests that come again with it.</summary>
internal sealed record KeyedAnswer(IdempotencyKey Key, JsonAnswer Answer);
