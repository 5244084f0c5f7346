using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using PhotoLambda.UploadUrl;

namespace PhotoLambda.Tests;

/// <summary>Claims that a JWT authorizer of API Gateway verified, in events of payload format 2.0.</summary>
public sealed class GatewayAuthorizerTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private const string Caller = "user-1 org-1 photos:read,photos:write";

    private static readonly Dictionary<string, string> Accepted = new()
    {
        ["{}"] = Caller,
        ["""{"scope":null,"scopes":["photos:read","photos:process"]}"""] = "user-1 org-1 photos:process,photos:read",
        ["""{"scope":null}"""] = "user-1 org-1 ",
        ["""{"scope":"[photos:read projects:write]"}"""] = "user-1 org-1 photos:read,projects:write",
        ["""{"scope":"[]","scopes":["photos:read"]}"""] = "user-1 org-1 ",
        ["""{"scope":"photos:read","scopes":["photos:process"]}"""] = "user-1 org-1 photos:read",
        ["""{"aud":"[else photolambda]"}"""] = Caller,
        ["""{"exp":"1.772366701E9","iat":"1.7723664e+09"}"""] = Caller,
        ["""{"nbf":null,"iat":null}"""] = Caller,
        ["""{"sub":"[user-1"}"""] = "[user-1 org-1 photos:read,photos:write",
        ["""{"x":"[a b]","y":"true","z":"1"}"""] = Caller,
    };

    private static readonly Dictionary<string, string> Refused = new()
    {
        ["""{"iss":"https://evil.test"}"""] = "issuer",
        ["""{"iss":null}"""] = "missing_claim",
        ["""{"aud":"another-api"}"""] = "audience",
        ["""{"aud":"[a b]"}"""] = "audience",
        ["""{"aud":"[]"}"""] = "audience",
        ["""{"aud":"photolambda else"}"""] = "audience",
        ["""{"aud":null,"client_id":"photolambda"}"""] = "missing_claim",
        ["""{"exp":"1772366340"}"""] = "expired",
        ["""{"exp":"0"}"""] = "expired",
        ["""{"exp":null}"""] = "missing_claim",
        ["""{"exp":"never"}"""] = "malformed_claim",
        ["""{"exp":""}"""] = "malformed_claim",
        ["""{"exp":"NaN"}"""] = "malformed_claim",
        ["""{"exp":"Infinity"}"""] = "malformed_claim",
        ["""{"exp":"∞"}"""] = "malformed_claim",
        ["""{"exp":"1e999"}"""] = "malformed_claim",
        ["""{"exp":"-1"}"""] = "malformed_claim",
        ["""{"exp":"+1772370000"}"""] = "malformed_claim",
        ["""{"exp":" 1772370000"}"""] = "malformed_claim",
        ["""{"exp":"1,772,370,000"}"""] = "malformed_claim",
        ["""{"exp":"0x69A42B10"}"""] = "malformed_claim",
        ["""{"exp":"[1772370000]"}"""] = "malformed_claim",
        ["""{"exp":"1772370000000"}"""] = "malformed_claim",
        ["""{"nbf":"1772366461"}"""] = "not_yet_valid",
        ["""{"nbf":"soon"}"""] = "malformed_claim",
        ["""{"iat":"1772366461"}"""] = "not_yet_valid",
        ["""{"sub":null}"""] = "missing_claim",
        ["""{"sub":""}"""] = "malformed_claim",
        ["""{"sub":"[user-1]"}"""] = "malformed_claim",
        ["""{"sub":"user\n1"}"""] = "malformed_claim",
        ["""{"org_id":null}"""] = "missing_claim",
        ["""{"org_id":"[org-1]"}"""] = "malformed_claim",
        ["""{"org_id":"[org-1 org-2]"}"""] = "malformed_claim",
        ["""{"org_id":"o\u0000"}"""] = "malformed_claim",
        ["""{"scope":"a \"b"}"""] = "malformed_claim",
        ["""{"scope":null,"scopes":["a b"]}"""] = "malformed_claim",
    };

    public static TheoryData<string> AcceptedChanges => [.. Accepted.Keys];

    public static TheoryData<string> RefusedChanges => [.. Refused.Keys];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(AcceptedChanges))]
    public async Task Verified_claims_name_the_caller(string changes)
    {
        Assert.Equal((200, Accepted[changes]), await SendAsync(Event(Authorizer(changes))));
        Assert.Equal(0, gateway.Issuer.Requests);
    }

    [Theory]
    [MemberData(nameof(RefusedChanges))]
    public async Task Verified_claims_go_by_the_same_rules_as_a_token(string changes)
    {
        var (status, body) = await SendAsync(Event(Authorizer(changes)));

        Assert.Equal(401, status);
        Assert.StartsWith(Refused[changes] + ":", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"jwt":null}""")]
    [InlineData("""{"jwt":{"claims":null,"scopes":["photos:read"]}}""")]
    [InlineData("""{"jwt":{"claims":{},"scopes":["photos:read"]}}""")]
    [InlineData("""{"claims":CLAIMS,"scopes":null}""")]
    [InlineData("""{"lambda":CLAIMS}""")]
    [InlineData("""{"lambda":{"jwt":{"claims":CLAIMS}}}""")]
    [InlineData("""{"iam":{"userId":"user-1"}}""")]
    public async Task Without_verified_claims_there_is_no_token(string authorizer)
    {
        var claims = Authorizer("{}")["jwt"]!["claims"]!.ToJsonString();
        var node = JsonNode.Parse(authorizer.Replace("CLAIMS", claims, StringComparison.Ordinal));

        // Not even the Authorization header is one: the gateway would have looked at it.
        var (status, body) = await SendAsync(Event(node, gateway.Forge.Token()));

        Assert.Equal(401, status);
        Assert.StartsWith("missing_token:", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_of_payload_format_1_0_has_no_such_claims()
    {
        var request = JsonSerializer.SerializeToNode(LambdaHttpEvents.One("GET", "/me", "/me"))!.AsObject();
        request["requestContext"]!["authorizer"] = Authorizer("{}");
        request["requestContext"]!["stage"] = "$default";

        Assert.Equal(401, (await SendAsync(request)).Status);
    }

    [Fact]
    public async Task Unless_they_are_asked_for_claims_in_an_event_are_nothing()
    {
        await using var heedless = new GatewayFixture { IsTrusting = false };
        await heedless.InitializeAsync();
        var forged = Authorizer("""{"sub":"root","scopes":["photos:process"]}""");

        var (status, body) = await SendAsync(Event(forged.DeepClone()), heedless.Runtime);
        Assert.Equal(401, status);
        Assert.StartsWith("missing_token:", body, StringComparison.Ordinal);
        Assert.Equal((200, Caller), await SendAsync(Event(forged, heedless.Forge.Token()), heedless.Runtime));
    }

    [Theory]
    [InlineData("LambdaRequestObject")]
    [InlineData("requestContext")]
    [InlineData("X-Amzn-Request-Context")]
    [InlineData("Lambda-Runtime-Client-Context")]
    public async Task On_a_socket_no_client_supplies_claims(string header)
    {
        await using var api = await GuardedApi.StartAsync(gateway.Options, gateway.Clock);
        var forged = Event(Authorizer("{}"), gateway.Forge.Token());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/me?requestContext=" + Uri.EscapeDataString(
            forged["requestContext"]!.ToJsonString()));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + gateway.Forge.Token());
        request.Headers.TryAddWithoutValidation(header, forged.ToJsonString());
        request.Content = new StringContent(forged.ToJsonString());

        using var answer = await api.Client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.StartsWith("missing_token:", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("apigateway", HttpStatusCode.Forbidden)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    public async Task The_function_heeds_the_setting(string setting, HttpStatusCode expected)
    {
        await using var runtime = await FakeRuntimeApi.StartAsync();
        using var events = runtime.NewClient();
        using var stop = new CancellationTokenSource();
        var run = UploadUrlFunction.RunAsync(events, Settings(setting), stop.Token);
        var exp = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds();
        var idle = Authorizer($$"""{"scope":null,"exp":"{{exp}}","iat":null,"nbf":null}""");

        var (status, _) = await SendAsync(
            Event(idle, path: "/api/v1/photos/018f0000-0000-7000-8000-000000000000"), runtime);

        // No scope, and so no query: the database of these settings is not there.
        Assert.Equal((int)expected, status);
        await stop.CancelAsync();
        await run.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static Dictionary<string, string?> Settings(string authorizer) => new()
    {
        ["PHOTOLAMBDA_DATABASE_URL"] = "postgres://api:secret@127.0.0.1:1/photolambda",
        ["PHOTOLAMBDA_ORIGINALS_BUCKET"] = "originals",
        ["PHOTOLAMBDA_DETECTION_QUEUE_URL"] = "https://sqs.us-east-1.amazonaws.com/000000000000/detection",
        ["PHOTOLAMBDA_BULK_QUEUE_URL"] = "https://sqs.us-east-1.amazonaws.com/000000000000/bulk",
        ["AWS_REGION"] = "us-east-1",
        ["AWS_ACCESS_KEY_ID"] = "id",
        ["AWS_SECRET_ACCESS_KEY"] = "key",
        ["PHOTOLAMBDA_JWT_ISSUER"] = TokenForge.Issuer,
        ["PHOTOLAMBDA_JWT_AUDIENCE"] = TokenForge.Audience,
        ["PHOTOLAMBDA_JWT_AUTHORIZER"] = authorizer,
    };

    /// <summary>What API Gateway writes for a good token, but for these changes; null leaves a claim out.</summary>
    private JsonObject Authorizer(string changes)
    {
        var claims = new JsonObject(gateway.Forge.Claims().Select(
            c => KeyValuePair.Create(c.Key, (JsonNode?)c.Value!.ToString())));
        var changed = JsonNode.Parse(changes)!.AsObject();
        var scopes = changed["scopes"]?.DeepClone();
        foreach (var (name, value) in changed.Where(c => c.Key != "scopes"))
        {
            claims.Remove(name);
            if (value is not null)
            {
                claims[name] = value.DeepClone();
            }
        }

        return new() { ["jwt"] = new JsonObject { ["claims"] = claims, ["scopes"] = scopes } };
    }

    private static JsonObject Event(JsonNode? authorizer, string? token = null, string path = "/me")
    {
        var request = JsonSerializer.SerializeToNode(LambdaHttpEvents.Two("GET", path))!.AsObject();
        request["requestContext"]!["authorizer"] = authorizer;
        if (token is not null)
        {
            request["headers"]!["authorization"] = "Bearer " + token;
        }

        return request;
    }

    private async Task<(int Status, string Body)> SendAsync(JsonObject request, FakeRuntimeApi? to = null)
    {
        var answer = (await (to ?? gateway.Runtime).InvokeAsync(request.ToJsonString())).Json;
        return (answer.GetProperty("statusCode").GetInt32(), answer.GetProperty("body").GetString()!);
    }
}
