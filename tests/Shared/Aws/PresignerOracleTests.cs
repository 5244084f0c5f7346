using System.Globalization;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.AspNetCore.WebUtilities;

namespace PhotoLambda.Tests;

/// <summary>Presigned URLs are those of AWS's own clients: the same path, parameters and signature.</summary>
public class PresignerOracleTests
{
    private const int Count = 1000;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static readonly int Seed = Random.Shared.Next();

    [Fact]
    public void URLs_are_those_of_AWSSDK_S3()
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        var accounts = PresignAccount.All.Select(a => (Account: a, Client: Client(a))).ToList();
        for (var i = 0; i < Count; i++)
        {
            // POST is not among the methods that it knows.
            var given = PresignCase.Random(random, "PUT", "GET", "HEAD", "DELETE");
            var (account, client) = accounts[i % accounts.Count];

            var theirs = client.GetPreSignedURL(Request(given, account));

            var query = QueryHelpers.ParseQuery(theirs[theirs.IndexOf('?', StringComparison.Ordinal)..]);
            var time = DateTimeOffset.ParseExact(query["X-Amz-Date"]!, "yyyyMMdd'T'HHmmss'Z'",
                CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            var lifetime = long.Parse(query["X-Amz-Expires"]!, CultureInfo.InvariantCulture);
            AssertSame(given, theirs, given.Presign(
                account.Environment, PresignAccount.Bucket, time.ToUnixTimeSeconds(), lifetime));
        }

        accounts.ForEach(a => a.Client.Dispose());
    }

    [Fact]
    public async Task URLs_are_those_of_botocore()
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        var cases = Enumerable.Range(0, Count)
            .Select(i => (Account: PresignAccount.All[i % PresignAccount.All.Count],
                Case: PresignCase.Random(random, "PUT", "GET", "HEAD", "DELETE", "POST")))
            .ToList();
        var input = JsonSerializer.Serialize(
            new
            {
                PresignAccount.Bucket,
                Accounts = PresignAccount.All,
                Cases = cases.Select(c => c.Case),
            },
            Json);

        var output = await AwsTools.Boto3Async("", Script, input);

        var theirs = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Count, theirs.Length);
        foreach (var ((account, given), url) in cases.Zip(theirs))
        {
            AssertSame(given, url, given.Presign(
                account.Environment, PresignAccount.Bucket, given.Time, given.Lifetime));
        }
    }

    // The order of the parameters is each client's own; what is signed is the ordinal one.
    private static void AssertSame(PresignCase given, string theirs, string ours)
    {
        static string Canonical(string url) => url.Split('?', 2) is [var address, var query]
            ? $"{address}?{string.Join('&', query.Split('&').Order(StringComparer.Ordinal))}"
            : url;

        Assert.True(Canonical(theirs) == Canonical(ours),
            $"{JsonSerializer.Serialize(given, Json)}\ntheirs {theirs}\nours   {ours}");
    }

    private static AmazonS3Client Client(PresignAccount account) => new(
        account.SessionToken is null
            ? new BasicAWSCredentials(account.AccessKeyId, account.SecretAccessKey)
            : new SessionAWSCredentials(account.AccessKeyId, account.SecretAccessKey, account.SessionToken),
        new AmazonS3Config
        {
            ServiceURL = account.Endpoint,
            AuthenticationRegion = account.Region,
            ForcePathStyle = account.IsPathStyle,
        });

    private static GetPreSignedUrlRequest Request(PresignCase given, PresignAccount account)
    {
        var request = new GetPreSignedUrlRequest
        {
            BucketName = PresignAccount.Bucket,
            Key = given.Key,
            Verb = Enum.Parse<HttpVerb>(given.Method),
            Protocol = account.IsPathStyle ? Protocol.HTTP : Protocol.HTTPS,
            Expires = DateTime.UtcNow.AddSeconds(given.Lifetime),
            UploadId = given.Query.GetValueOrDefault("uploadId"),
            VersionId = given.Query.GetValueOrDefault("versionId"),
            ResponseHeaderOverrides = new ResponseHeaderOverrides
            {
                ContentType = given.Query.GetValueOrDefault("response-content-type"),
                ContentDisposition = given.Query.GetValueOrDefault("response-content-disposition"),
            },
        };
        if (given.Query.TryGetValue("partNumber", out var part))
        {
            request.PartNumber = int.Parse(part, CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in given.Headers)
        {
            request.Headers[name] = value;
        }

        return request;
    }

    // Headers that an operation's model does not know are added to the finished request.
    private const string Script = AwsTools.Clock + """
        import boto3
        from botocore.config import Config

        given = json.load(sys.stdin)

        def client(account):
            made = boto3.client(
                's3', region_name=account['region'], endpoint_url=account['endpoint'],
                aws_access_key_id=account['accessKeyId'], aws_secret_access_key=account['secretAccessKey'],
                aws_session_token=account['sessionToken'],
                config=Config(signature_version='s3v4',
                              s3={'addressing_style': 'path' if account['isPathStyle'] else 'virtual'}))
            made.meta.events.register('before-sign.s3', add_headers)
            return made

        def add_headers(request, **kwargs):
            for name, value in headers.items():
                del request.headers[name]
                request.headers[name] = value

        parameters = {'uploadId': 'UploadId', 'partNumber': 'PartNumber', 'versionId': 'VersionId',
                      'response-content-type': 'ResponseContentType',
                      'response-content-disposition': 'ResponseContentDisposition'}
        operations = {('PUT', False): 'put_object', ('PUT', True): 'upload_part', ('GET', False): 'get_object',
                      ('HEAD', False): 'head_object', ('DELETE', False): 'delete_object',
                      ('DELETE', True): 'abort_multipart_upload', ('POST', False): 'create_multipart_upload',
                      ('POST', True): 'complete_multipart_upload'}
        clients = [client(account) for account in given['accounts']]
        for number, case in enumerate(given['cases']):
            now, headers, query = case['time'], case['headers'], case['query']
            values = {parameters[name]: int(value) if name == 'partNumber' else value
                      for name, value in query.items() if name != 'uploads'}
            print(clients[number % len(clients)].generate_presigned_url(
                operations[case['method'], 'uploadId' in query], ExpiresIn=case['lifetime'],
                Params={'Bucket': given['bucket'], 'Key': case['key'], **values}))
        """;
}
