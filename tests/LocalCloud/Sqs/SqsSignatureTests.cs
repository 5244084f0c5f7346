using System.Text;
using PhotoLambda.Aws;

namespace PhotoLambda.Tests;

/// <summary>Nothing gets in that the key of the local cloud did not sign, exactly as it arrives.</summary>
public class SqsSignatureTests
{
    private const string Json = """{"QueueUrl":"http://sqs/000000000000/q","MessageBody":"x"}""";

    private readonly SteppedTime _time = new();

    [Theory]
    [InlineData("body")]
    [InlineData("x-amz-target")]
    [InlineData("x-amz-date")]
    [InlineData("content-type")]
    [InlineData("host")]
    [InlineData("path")]
    [InlineData("query")]
    [InlineData("signature")]
    [InlineData("region")]
    public async Task A_request_changed_after_it_was_signed_is_refused(string part)
    {
        await using var sqs = await SqsServer.StartAsync(_time);

        var reply = await sqs.CallAsync("SendMessage", Json, r => Tamper(r, part));

        reply.IsRefused(403, "InvalidSignatureException");
        Assert.Equal("SignatureDoesNotMatch;Sender", reply.QueryError);
        Assert.Equal(0, sqs.Queue().Counts().Visible);
    }

    [Theory]
    [InlineData("", "MissingAuthenticationTokenException")]
    [InlineData("Bearer token", "MissingAuthenticationTokenException")]
    [InlineData(
        "AWS4-HMAC-SHA256 Credential=local/20260304/us-east-1/sqs/aws4_request",
        "IncompleteSignatureException")]
    [InlineData("AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=0", "IncompleteSignatureException")]
    [InlineData(
        "AWS4-HMAC-SHA256 Credential=me/20260304/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
        "UnrecognizedClientException")]
    [InlineData(
        "AWS4-HMAC-SHA256 Credential=local/20260304/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
        "InvalidSignatureException")]
    [InlineData(
        "AWS4-HMAC-SHA256 Credential=local/20260305/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
        "InvalidSignatureException")]
    [InlineData(
        "AWS4-HMAC-SHA256 Credential=local/20260304/r/sqs/aws4_request, SignedHeaders=x-amz-date, Signature=0",
        "InvalidSignatureException")]
    [InlineData(
        "AWS4-HMAC-SHA256 Credential=local/20260304/r/sqs/aws4_request, SignedHeaders=host;x-amz-date, Signature=0",
        "InvalidSignatureException")]
    public async Task An_authorization_that_proves_nothing_is_refused(string authorization, string code)
    {
        await using var sqs = await SqsServer.StartAsync(_time);
        var reply = await sqs.CallAsync("SendMessage", Json, r => SetAuthorization(r, authorization));
        Assert.Equal($"com.amazonaws.sqs#{code}", reply.Type);
        Assert.InRange(reply.Status, 400, 403);
    }

    [Fact]
    public async Task Another_secret_is_refused()
    {
        await using var sqs = await SqsServer.StartAsync(_time);
        var credentials = SqsServer.Credentials with { SecretAccessKey = "guess" };
        var reply = await sqs.CallAsync("SendMessage", Json, r => Resign(r, credentials));
        reply.IsRefused(403, "InvalidSignatureException");
    }

    [Fact]
    public async Task Any_region_and_a_session_token_will_do()
    {
        await using var sqs = await SqsServer.StartAsync(_time);
        var credentials = SqsServer.Credentials with { SessionToken = "token" };
        Assert.Equal(200, (await sqs.CallAsync("SendMessage", Json, r => Resign(r, credentials, "eu-west-3"))).Status);
    }

    [Theory]
    [InlineData(-15.1, 403)]
    [InlineData(-14.9, 200)]
    [InlineData(14.9, 200)]
    [InlineData(15.1, 403)]
    public async Task A_signature_is_good_for_a_quarter_of_an_hour(double minutes, int status)
    {
        await using var sqs = await SqsServer.StartAsync(_time);
        var clock = new SteppedTime();
        clock.Advance(TimeSpan.FromMinutes(60));
        _time.Advance(TimeSpan.FromMinutes(60 + minutes));
        var reply = await sqs.CallAsync("SendMessage", Json, r => Resign(r, SqsServer.Credentials, time: clock));
        Assert.Equal(status, reply.Status);
    }

    private static void Tamper(HttpRequestMessage request, string part)
    {
        var url = request.RequestUri!;
        switch (part)
        {
            case "body":
                var type = request.Content!.Headers.ContentType;
                request.Content = new StringContent(Json + " ") { Headers = { ContentType = type } };
                break;
            case "x-amz-target":
                request.Headers.Remove(part);
                request.Headers.Add(part, "AmazonSQS.PurgeQueue");
                break;
            case "x-amz-date":
                request.Headers.Remove(part);
                request.Headers.Add(part, "20260304T120001Z");
                break;
            case "content-type":
                request.Content!.Headers.ContentType = new("text/plain");
                break;
            case "host":
                request.Headers.Host = "sqs.us-east-1.amazonaws.com";
                break;
            case "path":
                request.RequestUri = new Uri(url, "/000000000000/q");
                break;
            case "query":
                request.RequestUri = new Uri(url, "/?a=1&b");
                break;
            case "signature":
                SetAuthorization(request, Authorization(request) + "0");
                break;
            case "region":
                SetAuthorization(
                    request, Authorization(request).Replace("us-east-1", "eu-west-3", StringComparison.Ordinal));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(part));
        }
    }

    private static string Authorization(HttpRequestMessage request) =>
        request.Headers.NonValidated["Authorization"].ToString();

    private static void SetAuthorization(HttpRequestMessage request, string value)
    {
        request.Headers.Remove("Authorization");
        request.Headers.TryAddWithoutValidation("Authorization", value);
    }

    private void Resign(
        HttpRequestMessage request,
        AwsCredentials credentials,
        string region = "us-east-1",
        TimeProvider? time = null)
    {
        var signer = new RequestSigner(credentials, region, "sqs", time ?? _time);
        signer.Sign(request, Encoding.UTF8.GetBytes(Json));
    }
}
