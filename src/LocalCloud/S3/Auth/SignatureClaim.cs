using System.Globalization;
using PhotoLambda.Aws;

namespace PhotoLambda.Local.S3;

/// <summary>What a request says of its own signature, well-formed but not yet verified.</summary>
/// <param name="Timestamp">In SigV4's form.</param>
/// <param name="Lifetime">Of a presigned URL; null when the signature is in the header.</param>
/// <param name="SignedHeaders">Lower-case names in the order signed.</param>
internal sealed record SignatureClaim(
    CredentialScope Credential,
    string Timestamp,
    DateTimeOffset Time,
    TimeSpan? Lifetime,
    IReadOnlyList<string> SignedHeaders,
    string Signature)
{
    private const int MaximumExpires = 604_800;
    private const string CredentialForm = "the Credential is not <access key>/<yyyyMMdd>/<region>/s3/aws4_request.";
    private const string CredentialDate = "the Credential's date is not that of X-Amz-Date.";

    /// <exception cref="S3Exception">There is no signature, two, or a malformed one.</exception>
    public static SignatureClaim Read(S3Request request)
    {
        var authorization = request.Http.Request.Headers.Authorization.ToString();
        return (authorization.Length > 0, request.IsPresigned) switch
        {
            (true, true) => throw S3Error.InvalidArgument(
                "Only one auth mechanism allowed, in the query or in the header", "Authorization", authorization),
            (true, false) => FromHeader(request, authorization),
            (false, true) => FromQuery(request),
            _ => throw (request.HasQuery("AWSAccessKeyId") ? Unsupported() : S3Error.AccessDenied()),
        };
    }

    private static SignatureClaim FromHeader(S3Request request, string authorization)
    {
        if (!authorization.StartsWith(SigV4.Algorithm + " ", StringComparison.Ordinal))
        {
            throw Unsupported();
        }

        var fields = authorization[SigV4.Algorithm.Length..]
            .Split(',', StringSplitOptions.TrimEntries)
            .Select(field => field.Split('=', 2))
            .Where(field => field.Length == 2)
            .DistinctBy(field => field[0])
            .ToDictionary(field => field[0], field => field[1]);
        var credential = CredentialScope.Parse(fields.GetValueOrDefault("Credential"))
            ?? throw Malformed(CredentialForm);
        var (timestamp, time) = HeaderTime(request);
        if (credential.Date != timestamp[..8])
        {
            throw Malformed(CredentialDate);
        }

        return new(credential, timestamp, time, null,
            (fields.GetValueOrDefault("SignedHeaders") ?? throw Malformed("SignedHeaders is missing.")).Split(';'),
            fields.GetValueOrDefault("Signature") ?? throw Malformed("Signature is missing."));
    }

    private static SignatureClaim FromQuery(S3Request request)
    {
        if (request.Query("X-Amz-Algorithm") != SigV4.Algorithm)
        {
            throw MalformedQuery($"X-Amz-Algorithm only supports \"{SigV4.Algorithm}\"");
        }

        var credential = CredentialScope.Parse(request.Query("X-Amz-Credential"))
            ?? throw MalformedQuery(CredentialForm);
        var timestamp = request.Query("X-Amz-Date");
        var time = ParseTimestamp(timestamp)
            ?? throw MalformedQuery("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
        if (credential.Date != timestamp![..8])
        {
            throw MalformedQuery(CredentialDate);
        }

        var lifetime = request.Query("X-Amz-Expires");
        if (!int.TryParse(lifetime, NumberStyles.None, CultureInfo.InvariantCulture, out var expires)
            || expires is < 1 or > MaximumExpires)
        {
            throw MalformedQuery($"X-Amz-Expires must be a number from 1 to {MaximumExpires} seconds");
        }

        return new(credential, timestamp, time, TimeSpan.FromSeconds(expires),
            (request.Query("X-Amz-SignedHeaders") ?? throw MalformedQuery("X-Amz-SignedHeaders is missing")).Split(';'),
            request.Query("X-Amz-Signature") ?? throw MalformedQuery("X-Amz-Signature is missing"));
    }

    private static (string Timestamp, DateTimeOffset Time) HeaderTime(S3Request request)
    {
        if (ParseTimestamp(request.Header("x-amz-date")) is { } time)
        {
            return (SigV4.Timestamp(time), time);
        }

        if (DateTimeOffset.TryParseExact(
            request.Header("Date"), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time))
        {
            return (SigV4.Timestamp(time), time);
        }

        throw S3Error.AccessDenied("AWS authentication requires a valid Date or x-amz-date header");
    }

    public static DateTimeOffset? ParseTimestamp(string? text) =>
        DateTimeOffset.TryParseExact(text, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>Such as version 2, boto3's default for presigned URLs; S3 refuses it for buckets since 2020.</summary>
    private static S3Exception Unsupported() => S3Error.InvalidRequest(
        $"The authorization mechanism you have provided is not supported. Please use {SigV4.Algorithm}.");

    private static S3Exception Malformed(string why) =>
        new(400, "AuthorizationHeaderMalformed", "The authorization header is malformed; " + why);

    private static S3Exception MalformedQuery(string why) => new(400, "AuthorizationQueryParametersError", why);
}
