using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace PhotoLambda.Tests;

/// <summary>The SDK is told when a URL ends, not how long it lives, and looks at a clock of its own for the rest.</summary>
internal static class SdkPresign
{
    /// <returns>The query of a URL that lives exactly so long.</returns>
    public static Dictionary<string, StringValues> Query(
        AmazonS3Client s3, GetPreSignedUrlRequest request, TimeSpan lifetime)
    {
        var more = TimeSpan.FromSeconds(0.5);
        for (var tries = 0; tries < 100; tries++)
        {
            request.Expires = DateTime.UtcNow + lifetime + more;
            var query = QueryHelpers.ParseQuery(new Uri(s3.GetPreSignedURL(request)).Query);
            var given = TimeSpan.FromSeconds(int.Parse(query["X-Amz-Expires"].ToString(), null));
            if (given == lifetime)
            {
                return query;
            }

            more += lifetime - given;
        }

        throw new InvalidOperationException("The SDK gave no URL of that lifetime.");
    }
}
