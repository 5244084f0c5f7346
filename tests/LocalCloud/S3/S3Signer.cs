using System.Security.Cryptography;
using System.Text;
using PhotoLambda.Aws;
using PhotoLambda.Local;

namespace PhotoLambda.Tests;

/// <summary>Signs requests by hand, so that tests decide on every byte of them.</summary>
internal sealed class S3Signer(string host, string method, string rawPath, params (string Name, string Value)[] query)
{
    public SortedDictionary<string, string> Headers { get; } = new(StringComparer.Ordinal) { ["host"] = host };

    public DateTimeOffset Time { get; set; } = DateTimeOffset.UtcNow;

    public string Region { get; set; } = CloudIdentity.Region;

    public string Service { get; set; } = "s3";

    public string AccessKey { get; set; } = CloudIdentity.AccessKeyId;

    public string PayloadHash { get; set; } = SigV4.EmptyPayloadHash;

    public string Scope => SigV4.Scope(SigV4.Timestamp(Time), Region, Service);

    public byte[] Key => SigV4.SigningKey(CloudIdentity.SecretAccessKey, Scope);

    public string Signature { get; private set; } = "";

    public string Target => query.Length == 0
        ? rawPath
        : rawPath + "?" + SigV4.CanonicalQuery(query.Select(q => KeyValuePair.Create(q.Name, q.Value)));

    public static string Hash(byte[] body) => Convert.ToHexStringLower(SHA256.HashData(body));

    /// <summary>With the signature in the header.</summary>
    public S3Signer Sign()
    {
        Headers["x-amz-date"] = SigV4.Timestamp(Time);
        Headers["x-amz-content-sha256"] = PayloadHash;
        var canonical = SigV4.CanonicalRequest(method, rawPath,
            SigV4.CanonicalQuery(query.Select(q => KeyValuePair.Create(q.Name, q.Value))), Headers, PayloadHash);
        Signature = SigV4.Sign(Key, SigV4.Timestamp(Time), Scope, canonical);
        Headers["authorization"] = $"{SigV4.Algorithm} Credential={AccessKey}/{Scope}, "
            + $"SignedHeaders={string.Join(';', Headers.Keys)}, Signature={Signature}";
        return this;
    }

    public HttpRequestMessage ToMessage(string url, byte[]? body = null)
    {
        var message = new HttpRequestMessage(new HttpMethod(method), Raw(url + Target))
        {
            Content = body is null ? null : new ByteArrayContent(body),
        };
        foreach (var (name, value) in Headers)
        {
            if (name != "content-length" && !message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    /// <summary>Kept as it is: dots, double slashes and odd escapes included.</summary>
    public static Uri Raw(string url) =>
        new(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    /// <summary>The body framed as <c>aws-chunked</c>, each chunk signed, after <see cref="Sign"/>.</summary>
    public byte[] Chunked(byte[] body, int chunk, params (string Name, string Value)[] trailers)
    {
        using var framed = new MemoryStream();
        var previous = Signature;
        void Text(string text) => framed.Write(Encoding.UTF8.GetBytes(text));
        for (var at = 0; ; at += chunk)
        {
            var piece = body.AsSpan(Math.Min(at, body.Length), Math.Clamp(body.Length - at, 0, chunk)).ToArray();
            previous = SigV4.Hmac(Key, $"AWS4-HMAC-SHA256-PAYLOAD\n{SigV4.Timestamp(Time)}\n{Scope}\n{previous}\n"
                + $"{SigV4.EmptyPayloadHash}\n{Hash(piece)}");
            Text($"{piece.Length:x};chunk-signature={previous}\r\n");
            framed.Write(piece);
            if (piece.Length == 0)
            {
                break;
            }

            Text("\r\n");
        }

        foreach (var (name, value) in trailers)
        {
            Text($"{name}:{value}\r\n");
        }

        if (trailers.Length > 0)
        {
            var signed = Encoding.UTF8.GetBytes(string.Concat(trailers.Select(t => $"{t.Name}:{t.Value}\n")));
            var signature = SigV4.Hmac(Key,
                $"AWS4-HMAC-SHA256-TRAILER\n{SigV4.Timestamp(Time)}\n{Scope}\n{previous}\n{Hash(signed)}");
            Text($"x-amz-trailer-signature:{signature}\r\n");
        }

        Text("\r\n");
        return framed.ToArray();
    }
}
