using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace PhotoLambda.Examples;

/// <summary>A ticket, a PUT straight to the store, and the question what became of it.</summary>
/// <param name="api">Its address and the user's token are set.</param>
/// <param name="store">Sends no token: the ticket's URL is signed, and S3 refuses two signatures.</param>
internal sealed class PhotoUpload(HttpClient api, HttpClient store)
{
    private const int Attempts = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>Ends when the photo is in, its metadata read.</summary>
    /// <param name="key">One for each file: under the same key it can be sent again for 24 hours, as one photo.</param>
    /// <exception cref="ProblemException">The API refuses; the problem says what.</exception>
    /// <exception cref="UploadException">The store refuses, or the file is not what was said of it.</exception>
    public async Task<Photo> SendAsync(
        string path, string projectId, string key, CancellationToken cancellation = default)
    {
        var ticket = await TicketAsync(path, projectId, key, cancellation);
        await PutAsync(ticket, path, cancellation);
        return await WaitAsync(ticket.PhotoId, cancellation);
    }

    private async Task<Ticket> TicketAsync(string path, string projectId, string key, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        var wanted = new
        {
            ProjectId = projectId,
            FileName = Path.GetFileName(path),
            FileSize = file.Length,
            MimeType = MimeType(path),
            Sha256 = Convert.ToHexString(await SHA256.HashDataAsync(file, cancellation)),
        };
        return await CallAsync<Ticket>(() => new HttpRequestMessage(HttpMethod.Post, "/api/v1/photos/upload-url")
        {
            Headers = { { "Idempotency-Key", key } },
            Content = JsonContent.Create(wanted, options: Json),
        }, cancellation);
    }

    private async Task PutAsync(Ticket ticket, string path, CancellationToken cancellation)
    {
        using var answer = await Retry.SendAsync(store, Attempts, () =>
        {
            var content = new StreamContent(File.OpenRead(path));
            var request = new HttpRequestMessage(HttpMethod.Put, ticket.UploadUrl) { Content = content };
            // Exactly these headers are signed. .NET has the ones of the content, such as its length, apart.
            foreach (var (name, value) in ticket.Headers)
            {
                if (!request.Headers.TryAddWithoutValidation(name, value))
                {
                    content.Headers.Remove(name);
                    content.Headers.TryAddWithoutValidation(name, value);
                }
            }

            return request;
        }, cancellation);

        // 412: the object is there. An earlier attempt came through, and only its answer was lost.
        if (!answer.IsSuccessStatusCode && answer.StatusCode != HttpStatusCode.PreconditionFailed)
        {
            var said = await answer.Content.ReadAsStringAsync(cancellation);
            throw new UploadException($"The store answered {(int)answer.StatusCode}: {said}");
        }
    }

    private async Task<Photo> WaitAsync(Guid id, CancellationToken cancellation)
    {
        var end = DateTime.UtcNow + Patience;
        for (var wait = TimeSpan.FromSeconds(0.2); DateTime.UtcNow < end; wait *= wait.TotalSeconds < 5 ? 1.5 : 1)
        {
            var photo = await CallAsync<Photo>(() => new(HttpMethod.Get, $"/api/v1/photos/{id}"), cancellation);
            switch (photo.Status)
            {
                case "failed":
                    throw new UploadException($"The photo failed: {photo.FailureReason}");
                case not "pending_upload":
                    return photo;
            }

            await Task.Delay(wait, cancellation);
        }

        throw new TimeoutException($"Nobody has noticed the file of photo {id} so far.");
    }

    private async Task<T> CallAsync<T>(Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        using var answer = await Retry.SendAsync(api, Attempts, request, cancellation);
        return answer.IsSuccessStatusCode
            ? (await answer.Content.ReadFromJsonAsync<T>(Json, cancellation))!
            : throw await ProblemException.OfAsync(answer, cancellation);
    }

    private static string MimeType(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".JPG" or ".JPEG" => "image/jpeg",
        ".PNG" => "image/png",
        ".WEBP" => "image/webp",
        ".GIF" => "image/gif",
        ".HEIC" => "image/heic",
        ".AVIF" => "image/avif",
        var other => throw new UploadException($"The extension '{other}' is none of a photo."),
    };
}

internal sealed record Ticket(Guid PhotoId, Uri UploadUrl, Dictionary<string, string> Headers);

/// <summary>What this program looks at; docs/openapi.json has the rest.</summary>
internal sealed record Photo(Guid Id, string Status, string? FailureReason, int? Width, int? Height);

internal sealed class UploadException(string message) : Exception(message);
