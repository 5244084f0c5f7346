using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace PhotoLambda.Aws;

/// <summary>
/// Presigns requests for the objects of one bucket: each URL allows one request, to anyone, until it ends. What the
/// URLs of a bucket and of a second have in common is made once. Safe for concurrent use.
/// </summary>
/// <seealso href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html"/>
internal sealed class Presigner
{
    // Of the usual URL and of what is signed for it; the stack has room for it, longer ones are written elsewhere.
    private const int UsualLength = 1024;

    private readonly AwsEnvironment _aws;
    private readonly TimeProvider _time;
    private readonly DaySigningKey _signingKey;
    private readonly byte[] _origin;
    private readonly byte[] _folder;
    private readonly byte[] _host;
    private readonly byte[] _securityToken;
    private Second? _second;

    public Presigner(AwsEnvironment aws, string bucket, TimeProvider time)
    {
        (_aws, _time) = (aws, time);
        _signingKey = new DaySigningKey(aws.Credentials.SecretAccessKey);
        var address = BucketAddress.Of(aws, bucket);
        _origin = Encoding.UTF8.GetBytes($"{address.Scheme}://{address.Authority}");
        _folder = Encoding.UTF8.GetBytes(address.AbsolutePath);
        _host = Encoding.UTF8.GetBytes($"host:{address.Authority}\n");
        _securityToken = aws.Credentials.SessionToken is { } token
            ? Encoding.UTF8.GetBytes($"&X-Amz-Security-Token={SigV4.Encode(token)}")
            : [];
    }

    public string Presign(PresignRequest request)
    {
        var url = new Utf8Text(stackalloc byte[UsualLength]);
        AppendUrl(ref url, request);
        var text = Encoding.ASCII.GetString(url.Written);
        url.Dispose();
        return text;
    }

    /// <summary>Writes the URL, which is ASCII, and allocates nothing.</summary>
    public void Presign(PresignRequest request, IBufferWriter<byte> output)
    {
        var url = new Utf8Text(stackalloc byte[UsualLength]);
        AppendUrl(ref url, request);
        output.Write(url.Written);
        url.Dispose();
    }

    private void AppendUrl(ref Utf8Text url, PresignRequest request)
    {
        var second = Now();
        url.Append(_origin);
        url.Append(_folder);
        url.AppendPath(request.Key);
        var queryStart = url.Length + 1;
        url.Append("?"u8);
        AppendQuery(ref url, request, second);

        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var path = url.Written[_origin.Length..(queryStart - 1)];
        Sign(request, path, url.Written[queryStart..], second, signature);
        url.Append("&X-Amz-Signature="u8);
        url.AppendHex(signature);
    }

    // The signature covers the parameters in ordinal order, so the URL has them in that order too.
    private void AppendQuery(ref Utf8Text url, PresignRequest request, Second second)
    {
        var before = SigV4Text.CountBefore(request.Query, "X-Amz-");
        foreach (var parameter in request.Query[..before])
        {
            url.AppendParameter(parameter);
            url.Append("&"u8);
        }

        url.Append(second.Parameters);
        url.Append((long)request.Lifetime.TotalSeconds);
        url.Append(_securityToken);
        url.Append("&X-Amz-SignedHeaders="u8);
        url.AppendNames(request.Headers, "%3B"u8);
        foreach (var parameter in request.Query[before..])
        {
            url.Append("&"u8);
            url.AppendParameter(parameter);
        }
    }

    private void Sign(
        PresignRequest request,
        ReadOnlySpan<byte> path,
        ReadOnlySpan<byte> query,
        Second second,
        Span<byte> signature)
    {
        var text = new Utf8Text(stackalloc byte[UsualLength]);
        text.Append(request.Method);
        text.Append("\n"u8);
        text.Append(path);
        text.Append("\n"u8);
        text.Append(query);
        text.Append("\n"u8);
        text.AppendHeaders(request.Headers, _host);
        text.Append("\n"u8);
        text.AppendNames(request.Headers, ";"u8);
        text.Append("\nUNSIGNED-PAYLOAD"u8);
        SHA256.HashData(text.Written, signature);

        text.Clear();
        text.Append(second.ToSign);
        text.AppendHex(signature);
        HMACSHA256.HashData(second.Key, text.Written, signature);
        text.Dispose();
    }

    private Second Now()
    {
        var now = _time.GetUtcNow();
        var number = now.ToUnixTimeSeconds();
        if (_second is { } known && known.Number == number)
        {
            return known;
        }

        var timestamp = SigV4.Timestamp(now);
        var scope = SigV4.Scope(timestamp, _aws.Region, "s3");
        var credential = SigV4.Encode($"{_aws.Credentials.AccessKeyId}/{scope}");
        return _second = new Second(
            number,
            Encoding.UTF8.GetBytes(
                $"X-Amz-Algorithm={SigV4.Algorithm}&X-Amz-Credential={credential}"
                + $"&X-Amz-Date={timestamp}&X-Amz-Expires="),
            Encoding.UTF8.GetBytes($"{SigV4.Algorithm}\n{timestamp}\n{scope}\n"),
            _signingKey.For(scope));
    }

    /// <summary>What the URLs of one second have in common.</summary>
    /// <param name="Number">Of the second in Unix time.</param>
    /// <param name="Parameters">Of the query, up to the value of <c>X-Amz-Expires</c>.</param>
    /// <param name="ToSign">The string to sign, up to the hash of the canonical request.</param>
    private sealed record Second(long Number, byte[] Parameters, byte[] ToSign, byte[] Key);
}
