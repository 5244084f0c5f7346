using PhotoLambda.Aws;

namespace PhotoLambda.Tests;

/// <summary>The expected signatures were computed by botocore 1.43 (<c>SigV4Auth</c>, <c>S3SigV4Auth</c>).</summary>
public class RequestSignerTests
{
    private static readonly AwsCredentials Credentials = new("AKIDEXAMPLE", "secret/with+signs", "token==");
    /// <summary>Noon of 4 March 2026, and it stays so.</summary>
    private static readonly SteppedTime Noon = new();

    [Fact]
    public void An_s3_range_read_is_signed_as_botocore_signs_it()
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, "http://127.0.0.1:4566/bucket/a%20b/c+d(1)~%C3%A9.jpg?versionId=x%2Fy&empty&a=1");
        request.Headers.Range = new(0, 65535);

        new RequestSigner(Credentials, "eu-central-1", "s3", Noon).Sign(request);

        Assert.Equal(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260304/eu-central-1/s3/aws4_request, " +
            "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, " +
            "Signature=a02c426446cd8b31e9518bdfd0f90ba2f972968815d24c9f9880b411e244210d",
            Header(request, "Authorization"));
        Assert.Equal("20260304T120000Z", Header(request, "x-amz-date"));
        Assert.Equal("token==", Header(request, "x-amz-security-token"));
        Assert.Equal(SigV4.EmptyPayloadHash, Header(request, "x-amz-content-sha256"));
    }

    [Fact]
    public void An_sqs_request_is_signed_as_botocore_signs_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://sqs.eu-central-1.amazonaws.com/a%20b/");
        request.Content = new ByteArrayContent("{}"u8.ToArray());
        request.Content.Headers.ContentType = new("application/x-amz-json-1.0");
        request.Headers.Add("X-Amz-Target", "AmazonSQS.ListQueues");

        new RequestSigner(Credentials with { SessionToken = null }, "eu-central-1", "sqs", Noon).Sign(request, "{}"u8);

        Assert.Equal(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260304/eu-central-1/sqs/aws4_request, " +
            "SignedHeaders=content-type;host;x-amz-date;x-amz-target, " +
            "Signature=90b2d4756c8b802fa094235607d0b533ac0e79a59bf96c43bc0b377f94164656",
            Header(request, "Authorization"));
        Assert.False(request.Headers.Contains("x-amz-security-token"));
        Assert.False(request.Headers.Contains("x-amz-content-sha256"));
    }

    [Fact]
    public void Signing_twice_replaces_the_first_signature()
    {
        var time = new SteppedTime();
        var signer = new RequestSigner(Credentials, "eu-central-1", "s3", time);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://127.0.0.1/bucket/key");
        signer.Sign(request);
        var first = Header(request, "Authorization");

        time.Advance(TimeSpan.FromHours(12));
        signer.Sign(request);

        Assert.Contains("/20260304/", first, StringComparison.Ordinal);
        Assert.Contains("/20260305/", Header(request, "Authorization"), StringComparison.Ordinal);
        Assert.Equal("20260305T000000Z", Header(request, "x-amz-date"));
    }

    [Fact]
    public void Credentials_do_not_print_their_secret() =>
        Assert.Equal("AwsCredentials { AccessKeyId = AKIDEXAMPLE }", Credentials.ToString());

    private static string Header(HttpRequestMessage request, string name) =>
        Assert.Single(request.Headers.NonValidated[name]);
}
