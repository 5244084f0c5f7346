using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using PhotoLambda.Aws;

namespace PhotoLambda.Sqs;

/// <summary>One signed request to SQS and its answer, without retries.</summary>
internal sealed class SqsConnection(HttpClient http, AwsEnvironment aws, TimeProvider time)
{
    private static readonly MediaTypeHeaderValue JsonType = new(SqsJson.ContentType);

    private readonly RequestSigner _signer = new(aws.Credentials, aws.Region, "sqs", time);

    /// <exception cref="SqsException">SQS answered with an error, or with something that is not its answer.</exception>
    /// <exception cref="HttpRequestException">It did not answer.</exception>
    public async Task<SqsAnswer> CallAsync(string operation, SqsRequest request, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(request, SqsJson.Wire.SqsRequest);
        using var message = new HttpRequestMessage(HttpMethod.Post, aws.SqsEndpoint);
        message.Content = new ByteArrayContent(body) { Headers = { ContentType = JsonType } };
        message.Headers.TryAddWithoutValidation("X-Amz-Target", SqsJson.TargetPrefix + operation);
        _signer.Sign(message, body);

        using var response = await http.SendAsync(message, cancellationToken);
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return response.StatusCode == HttpStatusCode.OK ? Read(answer) : throw Refusal(response, answer);
    }

    private static SqsAnswer Read(byte[] answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer, SqsJson.Wire.SqsAnswer) ?? new SqsAnswer();
        }
        catch (JsonException e)
        {
            throw new SqsException((int)HttpStatusCode.BadGateway, "MalformedAnswer", e.Message);
        }
    }

    // A proxy or load balancer on the way answers in HTML, so the status alone has to do where the body does not help.
    private static SqsException Refusal(HttpResponseMessage response, byte[] answer)
    {
        var status = (int)response.StatusCode;
        try
        {
            var fault = JsonSerializer.Deserialize(answer, SqsJson.Wire.SqsFault);
            if (fault?.Type is { } type)
            {
                return new SqsException(status, type[(type.IndexOf('#') + 1)..], fault.Message ?? "no reason given");
            }
        }
        catch (JsonException)
        {
        }

        return new SqsException(status, $"Http{status}", response.ReasonPhrase ?? "no reason given");
    }
}
