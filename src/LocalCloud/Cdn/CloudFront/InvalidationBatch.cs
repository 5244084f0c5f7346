using System.Globalization;
using System.Xml.Linq;
using PhotoLambda.Local.S3;

namespace PhotoLambda.Local.Cdn;

/// <summary>The body of a request for an invalidation.</summary>
internal sealed record InvalidationBatch(string Reference, IReadOnlyList<string> Paths)
{
    // AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html; here each is done at once.
    private const int MostPaths = 3_000;
    private const int MostWildcards = 15;

    // AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
    private const int LongestPath = 4_000;

    /// <remarks>cloudfront/latest/APIReference/API_CreateInvalidation.html, with the errors listed there.</remarks>
    /// <exception cref="CloudFrontRefusal">It is missing, or not valid.</exception>
    public static InvalidationBatch Read(byte[] body)
    {
        if (body.Length == 0)
        {
            throw new CloudFrontRefusal(400, "MissingBody", "The request needs an InvalidationBatch.");
        }

        var batch = Parse(body);
        if (batch.Child("CallerReference") is not { Length: > 0 } reference)
        {
            throw CloudFrontRefusal.InvalidArgument("CallerReference is missing.");
        }

        var paths = batch.Children("Paths").FirstOrDefault()
            ?? throw CloudFrontRefusal.InvalidArgument("Paths is missing.");
        var items = paths.Children("Items").SelectMany(list => list.Children("Path")).Select(p => p.Value).ToList();
        if (paths.Child("Quantity") is not { } quantity
            || !int.TryParse(quantity, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count != items.Count)
        {
            throw new CloudFrontRefusal(400, "InconsistentQuantities",
                $"Quantity must be the number of paths, {items.Count}; it is '{paths.Child("Quantity")}'.");
        }

        Check(items);
        return new InvalidationBatch(reference, items);
    }

    private static XElement Parse(byte[] body)
    {
        try
        {
            return S3Xml.Parse(body, "InvalidationBatch");
        }
        catch (S3Exception)
        {
            throw new CloudFrontRefusal(400, "MalformedXML", "The body must be the XML of an InvalidationBatch.");
        }
    }

    /// <remarks>AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html</remarks>
    private static void Check(List<string> paths)
    {
        if (paths.Count is 0 or > MostPaths)
        {
            throw paths.Count == 0
                ? CloudFrontRefusal.InvalidArgument("Paths must have at least one path.")
                : new CloudFrontRefusal(413, "BatchTooLarge",
                    $"There may be {MostPaths} paths; there are {paths.Count}.");
        }

        var wildcards = paths.Count(path => path.EndsWith('*'));
        if (wildcards > MostWildcards)
        {
            throw new CloudFrontRefusal(400, "TooManyInvalidationsInProgress",
                $"There may be {MostWildcards} paths with a wildcard; there are {wildcards}.");
        }

        if (paths.Find(path => !IsValid(path)) is { } wrong)
        {
            throw CloudFrontRefusal.InvalidArgument(
                $"A path must begin with a slash, have {LongestPath} characters at most, be URL-encoded, and have a "
                + $"wildcard at its end alone; it is '{(wrong.Length > 100 ? wrong[..100] + "…" : wrong)}'.");
        }
    }

    private static bool IsValid(string path) =>
        path.StartsWith('/') && path.Length <= LongestPath && path.IndexOf('*') is var star
        && (star < 0 || star == path.Length - 1) && path.All(c => c is > ' ' and < '\x7f');
}
