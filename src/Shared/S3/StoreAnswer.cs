using System.Globalization;
using System.Net;

namespace PhotoLambda.S3;

/// <summary>What the store answered to a request about an upload.</summary>
/// <param name="ETag">Of the object, without quotes.</param>
/// <param name="Body">Null when it is empty or no XML.</param>
internal sealed record StoreAnswer(HttpStatusCode Status, string? ETag, StoreXml? Body)
{
    // What S3 says of itself; some of it with status 200, once it has begun to answer.
    private static readonly string[] CodesOfTheStore =
    [
        "ConditionalRequestConflict", "InternalError", "OperationAborted", "RequestTimeout", "ServiceUnavailable",
        "SlowDown",
    ];

    /// <summary>The code of an error, which may stand behind status 200 too.</summary>
    public string? Code => Body is { Name: "Error" } ? Body.Child("Code") ?? "" : null;

    public bool IsSuccess => (int)Status is >= 200 and < 300 && Code is null;

    /// <summary>The number of the part that an error is about; null when it names none.</summary>
    public int? Part => int.TryParse(
        Body?.Child("PartNumber"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // A success that cannot be read is from something that stands in the store's place.
    private bool IsUnavailability => IsSuccess || Status is >= HttpStatusCode.InternalServerError
        or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || CodesOfTheStore.Contains(Code);

    public static async Task<StoreAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellation);
        return new StoreAnswer(
            response.StatusCode, response.Headers.ETag?.Tag.Trim('"'), body.Length == 0 ? null : StoreXml.Parse(body));
    }

    /// <summary>Gives an answer whose body is in memory the status that its error has everywhere else.</summary>
    /// <seealso href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"/>
    public static async Task SetTrueStatusAsync(HttpMethod method, HttpResponseMessage response)
    {
        // A connection that S3 found too slow is a 400, a completion that failed a 200, for it had begun to answer.
        var isCompletion = method == HttpMethod.Post && response.StatusCode == HttpStatusCode.OK;
        if (isCompletion || response.StatusCode == HttpStatusCode.BadRequest)
        {
            response.StatusCode = (await ReadAsync(response, CancellationToken.None)).Code switch
            {
                "RequestTimeout" => HttpStatusCode.RequestTimeout,
                "InternalError" => HttpStatusCode.InternalServerError,
                "ServiceUnavailable" or "SlowDown" => HttpStatusCode.ServiceUnavailable,
                "PreconditionFailed" => HttpStatusCode.PreconditionFailed,
                "ConditionalRequestConflict" or "OperationAborted" => HttpStatusCode.Conflict,
                _ => response.StatusCode,
            };
        }
    }

    /// <returns>For an answer that nothing can be made of: the store's trouble, or else a refusal.</returns>
    public Exception Unexpected(string request)
    {
        var message = $"The store answered {(int)Status} {Code} to {request}.";
        return IsUnavailability
            ? new StoreUnavailableException(message)
            : new StoreRefusedException(message, Status, Code);
    }
}
