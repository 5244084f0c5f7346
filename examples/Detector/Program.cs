// A detector in its smallest form: take a job, look at the bytes, report through the API, and only then let go of the
// job. What it detects is how evenly the bytes of the file are spread, in bits per byte; put your model in its place.
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using PhotoLambda.Aws;
using PhotoLambda.Sqs;
using Polly.Timeout;

var aws = AwsEnvironment.Read(Environment.GetEnvironmentVariable);
var api = new Uri(Variable("PHOTOLAMBDA_API_URL"));
using var http = new HttpClient();
var queue = new QueueClient(http, aws, Variable("PHOTOLAMBDA_DETECTION_QUEUE_URL"));
var signer = new RequestSigner(aws.Credentials, aws.Region, "s3");

while (true)
{
    try
    {
        foreach (var message in await queue.ReceiveAsync())
        {
            await HandleAsync(message);
        }
    }
    catch (Exception e) when (e is HttpRequestException or SqsException or TimeoutRejectedException)
    {
        // What was not deleted comes again.
        Console.WriteLine(e.Message);
    }
}

async Task HandleAsync(ReceivedMessage message)
{
    var job = JsonDocument.Parse(message.Body).RootElement;
    var photo = job.GetProperty("photo_id").GetString();
    var bytes = await DownloadAsync(new Uri(job.GetProperty("s3_url").GetString()!));
    var token = await TokenAsync(job.GetProperty("organization_id").GetString()!);
    using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri(api, $"/api/v1/photos/{photo}/status"));
    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
    request.Content = JsonContent.Create(
        new { status = "completed", detections = new[] { new { type = "entropy", bits_per_byte = Entropy(bytes) } } });
    using var answer = await http.SendAsync(request);
    Console.WriteLine($"photo {photo}: {(int)answer.StatusCode}");

    // Gone or already ended: nobody waits for this job. After any other failure the queue brings it again.
    if (answer.IsSuccessStatusCode || answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
    {
        await queue.DeleteAsync(message.ReceiptHandle);
    }
}

async Task<byte[]> DownloadAsync(Uri s3Url)
{
    var address = new Uri(BucketAddress.Of(aws, s3Url.Host), s3Url.AbsolutePath.TrimStart('/'));
    using var request = new HttpRequestMessage(HttpMethod.Get, address);
    signer.Sign(request);
    using var response = await http.SendAsync(request);
    return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
}

// The local cloud's issuer; in production a client-credentials grant of yours.
async Task<string> TokenAsync(string organization)
{
    var query = $"sub=detector&org={Uri.EscapeDataString(organization)}&scope=photos:process";
    var address = new Uri(api, $"/_local/token?{query}");
    using var answer = JsonDocument.Parse(await http.GetByteArrayAsync(address));
    return answer.RootElement.GetProperty("access_token").GetString()!;
}

static double Entropy(byte[] bytes) => Math.Round(
    bytes.CountBy(b => b).Select(c => (double)c.Value / bytes.Length).Sum(share => -share * Math.Log2(share)), 3);

static string Variable(string name) =>
    Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");
