using System.Text;
using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>Damages valid requests: their JSON, their bytes, their addresses, their headers.</summary>
internal sealed class RequestMutation(Random random)
{
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1e999", "9223372036854775808", "0.1", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"",
        "\"\u202e\ufeff\"", "[]", "{}", "[null]", "{\"a\":{}}", "\"9999-12-31T23:59:60Z\"", "\"00000000-0000-0000-0000-000000000000\"",
        "\"' or 1=1 --\"", "\"../../etc/passwd\"", "\"<script>\"", "\"%00\"", "\"😀\"",
        // Some that are good in the right place.
        "1", "2048", "12582912", "\"image/png\"", "\"audio/mpeg\"", "\"completed\"", "\"failed\"", "\"PUT\"", "\"POST\"", "\"DELETE\"",
        "\"low\"", "[1]", "[\"boat\"]", "{\"upload_urls_per_minute\":1000}", "\"2026-01-31T09:30:00Z\"", "[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]",
    ];

    private static readonly string[] Members =
    [
        "more", "", "sha256", "session_id", "priority", "detection_types", "policy", "part_checksum", "part_numbers", "parts", "items",
        "uploadId", "partNumber", "part_size", "status", "failure_reason", "detections", "project_id", "file_size", "name", "photos", "inspect",
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

    private static readonly string[] Photos = ["$PENDING", "$PROCESSING", "$FAILED", "$PARTS"];

    private static readonly HttpMethod[] Methods =
        [HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete, HttpMethod.Head];

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
    public HttpRequestMessage Mutate(ApiCall call, TenantWorld world)
    {
        string Value(string place) => ValueAt(place, call.Method, world);
        var (method, path) = (call.Method, ApiCall.Fill(call.Path, Value));
        var body = call.Body is null ? null : JsonNode.Parse(ApiCall.Fill(call.Body, Value))!.AsObject();
        var (values, damages, type) = (new List<string>(), 0, "application/json");
        (string Name, string Value)? header = null;
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            switch (random.Next(16))
            {
                case 0:
                    path = WithSegment(path);
                    break;
                case 1 or 2:
                    path += (path.Contains('?') ? "&" : "?") + Any(Queries);
                    break;
                case 3 or 4:
                    header = Any(Headers);
                    break;
                case 5:
                    type = Any(Types);
                    break;
                case 6:
                    method = Any(Methods);
                    break;
                case 7 or 8:
                    damages++;
                    break;
                default:
                    ChangeValue(body ??= [], values);
                    break;
            }
        }

        var bytes = body is null ? null : Write(body, values);
        for (; damages > 0; damages--)
        {
            bytes = Damage(bytes ?? "{}"u8.ToArray());
        }

        return Request(method, path, bytes, type, header);
    }

    // What is deleted is of no use to the requests after it: mostly an unknown id is.
    private string ValueAt(string place, HttpMethod method, TenantWorld world) => random.Next(50) switch
    {
        > 0 when method == HttpMethod.Delete => TenantWorld.Unknown(place),
        1 or 2 => world[Any(Photos)],
        _ => world[place],
    };

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
            // .NET keeps the headers of a body apart from those of the request.
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

    /// <summary>
    /// Another value in the place of a member's or an element's, or one member more. It stands in for the value, which
    /// need not be JSON, until the body is written.
    /// </summary>
    private void ChangeValue(JsonObject body, List<string> values)
    {
        var places = Places(body).ToList();
        var value = JsonValue.Create($"value {values.Count}");
        values.Add(Any(Values));
        switch (random.Next(6) == 0 || places.Count == 0 ? (body, Any(Members)) : Any(places))
        {
            case (JsonObject parent, string name):
                parent[name] = value;
                break;
            case (JsonArray parent, int index):
                parent[index] = value;
                break;
        }
    }

    private static IEnumerable<(JsonNode Parent, object At)> Places(JsonNode? node) => node switch
    {
        JsonObject parent => parent.SelectMany(m => Places(m.Value).Prepend((parent, m.Key))),
        JsonArray parent => parent.SelectMany((e, i) => Places(e).Prepend((parent, i))),
        _ => [],
    };

    private static byte[] Write(JsonObject body, List<string> values)
    {
        var text = body.ToJsonString();
        for (var i = 0; i < values.Count; i++)
        {
            text = text.Replace($"\"value {i}\"", values[i], StringComparison.Ordinal);
        }

        return Encoding.UTF8.GetBytes(text);
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
