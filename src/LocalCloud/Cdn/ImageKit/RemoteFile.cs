namespace PhotoLambda.Local.Cdn;

/// <summary>Fetches files that uploads name by URL, such as presigned ones of the local S3.</summary>
/// <param name="headersWithin">How long a server has for its headers.</param>
internal sealed class RemoteFile(TimeSpan headersWithin) : IDisposable
{
    /// <remarks>"Upload file" API, file: the headers must have come after 8 seconds, else 400.</remarks>
    public static readonly TimeSpan DocumentedLimit = TimeSpan.FromSeconds(8);

    private const int MostRedirects = 5;

    private static readonly TimeSpan BodyWithin = TimeSpan.FromMinutes(1);

    // The handler would follow redirects to any scheme.
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <exception cref="ImageKitError">It cannot be had, in time or at all, or is too large.</exception>
    public async Task<byte[]> FetchAsync(string text, CancellationToken cancellation)
    {
        var url = Uri.TryCreate(text.Trim(), UriKind.Absolute, out var given) && IsHttp(given)
            ? given
            : throw ImageKitError.Field("file", "must be bytes, base64 or a URL of http or https", text);
        // The query may have a signature: it is for nobody's log.
        var shown = url.GetLeftPart(UriPartial.Path);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(headersWithin);
        var late = $"headers did not come within {headersWithin.TotalSeconds:0.##} s";
        try
        {
            using var answer = await FollowAsync(url, limit.Token);
            if (!answer.IsSuccessStatusCode)
            {
                throw Unreachable(shown, $"answered {(int)answer.StatusCode}");
            }

            late = $"body did not come within {BodyWithin.TotalSeconds} s";
            limit.CancelAfter(BodyWithin);
            return await ReadAsync(answer.Content, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Unreachable(shown, late);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Unreachable(shown, e.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    private static bool IsHttp(Uri url) => url.Scheme is "http" or "https";

    /// <returns>The redirect itself where it is one too many, or leads to another scheme.</returns>
    private async Task<HttpResponseMessage> FollowAsync(Uri url, CancellationToken cancellation)
    {
        for (var redirects = 0; ; redirects++)
        {
            var answer = await _http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if ((int)answer.StatusCode is not (301 or 302 or 303 or 307 or 308) || redirects == MostRedirects
                || !Uri.TryCreate(url, answer.Headers.Location, out var next) || !IsHttp(next))
            {
                return answer;
            }

            answer.Dispose();
            url = next;
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > UploadedFile.MaximumSize)
        {
            throw UploadedFile.TooLarge($"{content.Headers.ContentLength}");
        }

        await using var body = await content.ReadAsStreamAsync(cancellation);
        return await UploadedFile.ReadAsync(body, UploadedFile.MaximumSize, cancellation)
            ?? throw UploadedFile.TooLarge("more");
    }

    private static ImageKitError Unreachable(string url, string why) =>
        ImageKitError.Invalid($"file cannot be fetched from {url}: {why}.");
}
