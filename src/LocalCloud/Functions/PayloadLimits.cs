using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.Functions;

/// <summary>How much a body may have, in bytes, and the reading of one up to that.</summary>
/// <remarks>lambda/latest/dg/gettingstarted-limits.html</remarks>
internal static class PayloadLimits
{
    public const int Synchronous = 6 * 1_024 * 1_024;
    public const int Asynchronous = 1_024 * 1_024;

    /// <returns>Null when the body has more than <paramref name="limit"/> bytes; then it is not read to its
    /// end.</returns>
    public static async ValueTask<byte[]?> ReadAsync(HttpRequest request, int limit, CancellationToken cancellation)
    {
        if (request.ContentLength > limit)
        {
            return null;
        }

        if (request.ContentLength is { } length)
        {
            var exact = length == 0 ? [] : GC.AllocateUninitializedArray<byte>((int)length);
            await request.Body.ReadExactlyAsync(exact, cancellation);
            return exact;
        }

        using var buffered = new MemoryStream();
        var buffer = new byte[16_384];
        for (var read = 1; read > 0 && buffered.Length <= limit;)
        {
            read = await request.Body.ReadAsync(buffer, cancellation);
            buffered.Write(buffer, 0, read);
        }

        return buffered.Length > limit ? null : buffered.ToArray();
    }
}
