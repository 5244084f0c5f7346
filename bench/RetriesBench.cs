using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Npgsql;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Bench;

/// <summary>Requests for tickets, each sent several times at once with one key: as many rows as keys, equal answers.</summary>
internal static class RetriesBench
{
    private const int Posts = 10_000;
    private const int Retries = 5;
    private const int PostsAtOnce = 16;

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        await using var server = await PostgresServer.StartAsync(
            PostgresOptions.FromEnvironment(folder.Below("postgres")), _ => { }, cancellation);
        await using var cloud = await LocalCloudProcess.StartAsync(
            folder.Below("data"), cancellation, server.ConnectionString);
        using var http = new HttpClient { BaseAddress = cloud.Api };
        var body = await SignInAsync(http, cancellation);
        var (different, failed) = (0, 0);
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Posts),
            new ParallelOptions { MaxDegreeOfParallelism = PostsAtOnce, CancellationToken = cancellation },
            async (post, token) =>
            {
                var answers = await Task.WhenAll(
                    Enumerable.Range(0, Retries).Select(_ => PostAsync(http, body, $"post {post}", token)));
                Interlocked.Add(ref failed, answers.Count(a => a is null));
                Interlocked.Add(ref different, answers.Distinct().Count() - 1);
            });
        var seconds = clock.Elapsed.TotalSeconds;

        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        await using var count = database.CreateCommand("select count(*) from photos");
        var rows = (long)(await count.ExecuteScalarAsync(cancellation))!;
        return new Report(
            $"{Posts} posts, each sent {Retries} times at once with one key",
            ["", "found", "goal"],
            [
                ["rows", Text(rows), Goal.AtMost(Posts, Text(Posts), rows)],
                ["posts with different answers", Text(different), Goal.AtMost(0, "0", different)],
                ["requests that failed", Text(failed), Goal.AtMost(0, "0", failed)],
                ["requests per second, whole cloud on this machine", Text(Posts * Retries / seconds), ""],
            ],
            $"POST upload-url through the gateway of the local cloud, {PostsAtOnce} posts at once");
    }

    private static string Text(double number) => number.ToString("0", CultureInfo.InvariantCulture);

    /// <returns>The body of a request for a ticket.</returns>
    private static async Task<string> SignInAsync(HttpClient http, CancellationToken cancellation)
    {
        var token = await http.GetFromJsonAsync<JsonElement>(
            "/_local/token?sub=bench&org=bench&scope=photos:write%20projects:write", cancellation);
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", token.GetProperty("access_token").GetString());
        using var made = await http.PostAsJsonAsync("/api/v1/projects",
            new { name = "Bench", policy = new { upload_urls_per_minute = 100_000 } }, cancellation);
        made.EnsureSuccessStatusCode();
        var project = await made.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        return $$"""
            {"project_id":"{{project.GetProperty("id").GetString()}}","file_name":"a.jpg","file_size":2048,"mime_type":"image/jpeg"}
            """;
    }

    /// <returns>The answer's body; null when it was no 200.</returns>
    private static async Task<string?> PostAsync(HttpClient http, string body, string key, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/photos/upload-url")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
            Headers = { { "Idempotency-Key", key } },
        };
        using var response = await http.SendAsync(request, cancellation);
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(cancellation) : null;
    }
}
