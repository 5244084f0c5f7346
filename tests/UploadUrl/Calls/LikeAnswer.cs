using System.Text.RegularExpressions;

namespace PhotoLambda.Tests;

/// <summary>Makes answers comparable that are to be alike though they are about different ids.</summary>
internal static partial class LikeAnswer
{
    /// <param name="sent">The id that the request had.</param>
    /// <returns>Status and body, without what differs from request to request.</returns>
    public static string Of(int status, string body, string sent) =>
        $"{status} {Volatile().Replace(body.Replace(sent, "ID", StringComparison.Ordinal), "…")}";

    // Ids and times that the service makes, and signatures over them.
    [GeneratedRegex(@"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|X-Amz-[A-Za-z]+=[^&""]*|\d{4}-\d\d-\d\dT[\d:.]+Z|\d{4}/\d\d/\d\d")]
    private static partial Regex Volatile();
}
