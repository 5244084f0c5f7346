using System.Globalization;

namespace PhotoLambda.Local.S3;

/// <summary>What has to hold of a signature beside its value.</summary>
internal static class SignatureRules
{
    private static readonly TimeSpan AllowedSkew = TimeSpan.FromMinutes(15);

    /// <exception cref="S3Exception">It is late, or from the future.</exception>
    public static void CheckTime(SignatureClaim claim, DateTimeOffset now)
    {
        if (claim.Lifetime is not { } lifetime)
        {
            if ((now - claim.Time).Duration() > AllowedSkew)
            {
                throw new S3Exception(403, "RequestTimeTooSkewed",
                    "The difference between the request time and the current time is too large.",
                    ("RequestTime", claim.Timestamp), ("ServerTime", S3Time.Iso(now)),
                    ("MaxAllowedSkewMilliseconds", "900000"));
            }
        }
        else if (claim.Time - now > AllowedSkew)
        {
            throw S3Error.AccessDenied("Request is not yet valid", ("ServerTime", S3Time.Iso(now)));
        }
        else if (now > claim.Time + lifetime)
        {
            throw S3Error.AccessDenied("Request has expired",
                ("X-Amz-Expires", lifetime.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
                ("Expires", S3Time.Iso(claim.Time + lifetime)), ("ServerTime", S3Time.Iso(now)));
        }
    }

    /// <summary>An unsigned <c>x-amz-*</c> header may have been added, and changes what the request does.</summary>
    /// <exception cref="S3Exception">There is one, or the host is not signed.</exception>
    public static void CheckCoverage(SignatureClaim claim, S3Request request)
    {
        var unsigned = request.Http.Request.Headers.Keys
            .Where(name => name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase)
                || name.Equals("host", StringComparison.OrdinalIgnoreCase))
            .Where(name => !claim.SignedHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
            .Select(name => name.ToLowerInvariant()).ToList();
        if (unsigned.Count > 0)
        {
            throw S3Error.AccessDenied("There were headers present in the request which were not signed",
                ("HeadersNotSigned", string.Join(", ", unsigned)));
        }
    }
}
