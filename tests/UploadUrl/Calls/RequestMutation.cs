using System.Text;

namespace PhotoLambda.Tests;

/// <summary>Damages valid requests: their JSON, their bytes, their addresses, their headers.</summary>
internal sealed class RequestMutation(Random random)
{
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1e999", "9223372036854775808", "0.1", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"",
        "\"\u202e\ufeff\"", "[]", "{}", "[null]", "{\"a\":{}}", "\"9999-12-31T23:59:60Z\"", "\"00000000-0000-0000-0000-000000000000\"",
        "\"' or 1=1 --\"", "\"../../etc/passwd\"", "\"<script>\"", "\"%00\"", "\"😀\"", "[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]",
    ];

    private static readonly string[] Segments =
    [
        "", ".", "..", "%2e%2e", "%00", "%ff", "a%2fb", "0", "-1", "%F0%9F%98%80", "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff", "'", "%22", "parts", "upload-url", "+", ";", new('a', 3000),
    ];

    private static readonly string[] Queries =
    [
        "limit=0", "limit=-1", "limit=99999999999999999999", "limit=1&limit=2", "cursor=", "cursor=AAAA", "cursor=%00", "status=x",
        "kind=video", "created_from=yesterday", "created_from=0001-01-01T00:00:00Z", "created_to=9999-12-31T23:59:59.9999999Z",
        "taken_from=2026-02-30T00:00:00", "project_id=x", "uploaded_by=%00", "uploaded_by=%ED%A0%80", "session_id=%20", "variant=raw",
        "expires_in_hours=169", "expires_in_hours=1e3", "a[]=1", "=", "&&&", "%", "limit", "part_number_marker=-1",
    ];

    private static readonly string[] Types =
    [
        "text/plain", "application/json; charset=utf-16", "application/json; charset=none", "application/problem+json", "multipart/form-data",
        "application/x-www-form-urlencoded", "*/*", "x",
    ];

    private static readonly (string Name, string Value)[] Headers =
    [
        ("Idempotency-Key", "k"), ("Idempotency-Key", ""), ("Idempotency-Key", new('k', 256)), ("Idempotency-Key", "\u00e9"),
        ("X-Correlation-Id", new('x', 4000)), ("X-Correlation-Id", "a\tb"), ("traceparent", "00-0-0-0"), ("Accept", "image/*"),
        ("X-HTTP-Method-Override", "DELETE"), ("If-None-Match", "*"), ("Range", "bytes=0-"), ("Content-Encoding", "gzip"),
        ("Authorization", "Bearer "), ("Expect", "x"), ("Forwarded", "for=;host=\"\""), ("X-Forwarded-Host", "evil.example"),
    ];

    /// <summary>Changes one to three things of the request.</summary>
    /// <param name="body">What it carries; null when it has no body.</param>
    public HttpRequestMessage Mutate(HttpMethod method, string path, string? body)
    {
        var bytes = body is null ? null : Encoding.UTF8.GetBytes(body);
        var type = "application/json";
        (string Name, string Value)? header = null;
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            switch (random.Next(10))
            {
                case 0:
                    path = WithSegment(path);
                    break;
                case 1:
                    path += (path.Contains('?') ? "&" : "?") + Any(Queries);
                    break;
                case 2:
                    header = Any(Headers);
                    break;
                case 3:
                    type = Any(Types);
                    break;
                case 4:
                    method = Any([HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete, HttpMethod.Head]);
                    break;
                case 5 or 6:
                    bytes = Damage(bytes ?? "{}"u8.ToArray());
                    break;
                default:
                    bytes = Encoding.UTF8.GetBytes(WithValue(Encoding.UTF8.GetString(bytes ?? "{}"u8.ToArray())));
                    break;
            }
        }

        return Request(method, path, bytes, type, header);
    }

    private static HttpRequestMessage Request(
        HttpMethod method, string path, byte[]? bytes, string type, (string Name, string Value)? header)
    {
        var request = new HttpRequestMessage(method, path);
        if (bytes is not null && method != HttpMethod.Get && method != HttpMethod.Head)
        {
            request.Content = new ByteArrayContent(bytes);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        if (header is var (name, value) && name.Length > 0)
        {
            request.Headers.Remove(name);
            _ = request.Headers.TryAddWithoutValidation(name, value)
                || request.Content?.Headers.TryAddWithoutValidation(name, value) == true;
        }

        return request;
    }

    private string WithSegment(string path)
    {
        var segments = path.Split('/');
        segments[random.Next(3, segments.Length)] = Any(Segments);
        return string.Join('/', segments);
    }

    /// <summary>Another value in the place of a member's, a member twice, or one more.</summary>
    private string WithValue(string json)
    {
        var colons = Enumerable.Range(0, json.Length).Where(i => json[i] == ':').ToArray();
        if (colons.Length == 0 || random.Next(6) == 0)
        {
            return "{\"more\":" + Any(Values) + (json.Length > 2 ? "," + json[1..] : "}");
        }

        var start = colons[random.Next(colons.Length)] + 1;
        var end = json.AsSpan(start).IndexOfAny(',', '}', ']') is var length and >= 0 ? start + length : json.Length;
        return json[..start] + Any(Values) + json[end..];
    }

    private byte[] Damage(byte[] bytes)
    {
        var copy = bytes.ToArray();
        switch (random.Next(4))
        {
            case 0 when copy.Length > 0:
                copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
                return copy;
            case 1:
                return copy[..random.Next(copy.Length + 1)];
            case 2:
                var at = random.Next(copy.Length + 1);
                return [.. copy[..at], (byte)random.Next(256), .. copy[at..]];
            default:
                return [.. copy, .. copy];
        }
    }

    private T Any<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
}
