using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>
/// What Kestrel takes from a stranger before the application sees it; API Gateway has limits of its own.
/// </summary>
/// <remarks>
/// A request line or headers that are too long are answered by Kestrel itself, with 414 or 431 and no body.
/// </remarks>
internal static class KestrelLimits
{
    /// <summary>
    /// Bytes. More than most routes take: each refuses what is too long for it, naming its own limit, and one that
    /// takes more says so before it reads.
    /// </summary>
    public const int LongestBody = 1024 * 1024;

    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = LongestBody;
        // A list's query with its cursor is some hundred bytes.
        limits.MaxRequestLineSize = 8 * 1024;
        // A token may have 16 KiB.
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.MaxRequestHeaderCount = 100;
        // Whoever dribbles holds a connection: headers have to be here soon, and a body has to keep coming.
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
    }
}
