using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PhotoLambda.Cli.Push;

/// <summary>The HTTP API as one user sees it. Safe for concurrent use.</summary>
internal sealed class PhotoApi(HttpClient http, Uri api, BearerToken token, Retries retries)
{
    private const string Photos = "api/v1/photos";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public async Task<ProjectAnswer> ProjectAsync(Guid id, CancellationToken cancellation) =>
        Need(await SendAsync(
            HttpMethod.Get, $"api/v1/projects/{id}", null, null, PushJson.Lines.ProjectAnswer, cancellation));

    /// <param name="hashes">Up to 1,000.</param>
    /// <returns>Of each that the project has a photo of.</returns>
    public async Task<Dictionary<string, KnownItem>> KnownAsync(
        Guid project, IEnumerable<string> hashes, CancellationToken cancellation)
    {
        var body = JsonSerializer.Serialize(
            new HashesBody([.. hashes.Distinct()], project), PushJson.Lines.HashesBody);
        var answer = Need(await SendAsync(
            HttpMethod.Post, $"{Photos}/check", body, null, PushJson.Lines.KnownAnswer, cancellation));
        return answer.Items.Where(i => i.Known).ToDictionary(i => i.Sha256, StringComparer.Ordinal);
    }

    /// <param name="body">A <see cref="TicketsBody"/>.</param>
    /// <param name="key">The same body with the same key gets the same tickets, for 24 hours.</param>
    /// <returns>Also how long to wait where the user's limit was reached.</returns>
    public async Task<(TicketItem[] Items, TimeSpan Reset)> TicketsAsync(
        string key, string body, CancellationToken cancellation)
    {
        var answer = await SendAsync(
            HttpMethod.Post, $"{Photos}/upload-urls", body, key, PushJson.Lines.TicketsAnswer, cancellation);
        return (Need(answer).Items, answer.Reset);
    }

    /// <returns>Null when the photo waits for no file by a ticket, or is gone.</returns>
    public async Task<Ticket?> RenewAsync(Guid photo, CancellationToken cancellation)
    {
        var answer = await SendAsync(
            HttpMethod.Post, $"{Photos}/{photo}/upload-url", null, null, PushJson.Lines.Ticket, cancellation);
        return answer.Problem is { } problem && (problem.Is("not-pending") || problem.Is("photo-not-found"))
            ? null
            : Need(answer);
    }

    /// <returns>Null when there is none.</returns>
    public async Task<PhotoAnswer?> PhotoAsync(Guid photo, CancellationToken cancellation)
    {
        var answer = await SendAsync(
            HttpMethod.Get, $"{Photos}/{photo}", null, null, PushJson.Lines.PhotoAnswer, cancellation);
        return answer.Problem?.Is("photo-not-found") == true ? null : Need(answer);
    }

    private static T Need<T>(Answer<T> answer) => answer.Value is { } value
        ? value
        : throw new CommandException($"The API answers {(int)answer.Status}: "
            + Shown.Text(answer.Problem?.Text ?? "no answer of PhotoLambda; is --api right?"));

    private async Task<Answer<T>> SendAsync<T>(
        HttpMethod method, string path, string? body, string? key, JsonTypeInfo<T> type,
        CancellationToken cancellation)
    {
        string? refused = null;
        while (true)
        {
            var bearer = await token.GetAsync(refused, cancellation);
            using var response = await retries.RunAsync(async cancelled =>
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
                limit.CancelAfter(Timeout);
                using var request = new HttpRequestMessage(method, new Uri(api, path));
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer ?? refused);
                request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
                if (key is not null)
                {
                    request.Headers.Add("Idempotency-Key", key);
                }

                return await http.SendAsync(request, limit.Token);
            }, cancellation);
            if (response.StatusCode == HttpStatusCode.Unauthorized && refused is null)
            {
                // The token ended while it was on its way: once more, with another if there is one.
                refused = bearer;
                continue;
            }

            return await ReadAsync(response, type, cancellation);
        }
    }

    private static async Task<Answer<T>> ReadAsync<T>(
        HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation);
        var reset = response.Headers.TryGetValues("RateLimit-Reset", out var values)
            && int.TryParse(values.First(), out var seconds) ? seconds : 1;
        try
        {
            return response.IsSuccessStatusCode
                ? new Answer<T>(response.StatusCode)
                {
                    Value = JsonSerializer.Deserialize(text, type),
                    ResetSeconds = reset,
                }
                : new Answer<T>(response.StatusCode)
                {
                    Problem = JsonSerializer.Deserialize(text, PushJson.Lines.Problem),
                };
        }
        catch (JsonException)
        {
            return new Answer<T>(response.StatusCode);
        }
    }

    private sealed record Answer<T>(HttpStatusCode Status)
    {
        public T? Value { get; init; }

        public Problem? Problem { get; init; }

        public int ResetSeconds { private get; init; }

        public TimeSpan Reset => TimeSpan.FromSeconds(Math.Max(ResetSeconds, 1));
    }
}
