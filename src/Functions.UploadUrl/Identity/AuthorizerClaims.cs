using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace PhotoLambda.UploadUrl.Identity;

/// <summary>
/// The claims that a JWT authorizer of API Gateway verified, made what they were in the token: the event has each as
/// a text, a number in decimal and a list as <c>[a b]</c>.
/// <see href="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html"/>
/// </summary>
internal static class AuthorizerClaims
{
    // Set by the server that reads events, here and in Amazon's packages; nothing that a client sends gets there.
    private const string EventItem = "LambdaRequestObject";

    private const NumberStyles Numbers = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static readonly string[] Times = ["exp", "nbf", "iat"];

    /// <returns>Null if the request came by no event of payload format 2.0, or past no JWT authorizer.</returns>
    public static JsonDocument? Read(HttpContext http, BearerTokenOptions options)
    {
        http.Items.TryGetValue(EventItem, out var item);
        var verified = (item as APIGatewayHttpApiV2ProxyRequest)?.RequestContext?.Authorizer?.Jwt;
        if (verified is not { Claims.Count: > 0 })
        {
            return null;
        }

        var json = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            Write(writer, verified.Claims, options);
            if (!verified.Claims.ContainsKey(options.ScopeClaim) && verified.Scopes is { } scopes)
            {
                WriteList(writer, options.ScopeClaim, scopes);
            }

            writer.WriteEndObject();
        }

        return JsonDocument.Parse(json.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter writer, IDictionary<string, string> claims, BearerTokenOptions options)
    {
        foreach (var (name, text) in claims)
        {
            var isList = text is ['[', .., ']'];
            if (Times.Contains(name) && double.TryParse(text, Numbers, CultureInfo.InvariantCulture, out var seconds)
                && double.IsFinite(seconds))
            {
                writer.WriteNumber(name, seconds);
            }
            else if (isList && (name == "aud" || name == options.ScopeClaim))
            {
                WriteList(writer, name, text[1..^1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
            else if (isList && (name == options.SubjectClaim || name == options.OrganizationClaim))
            {
                // A list of one must not pass for an id.
                WriteList(writer, name, []);
            }
            else
            {
                writer.WriteString(name, text);
            }
        }
    }

    private static void WriteList(Utf8JsonWriter writer, string name, string[] texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
