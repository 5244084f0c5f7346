using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace PhotoLambda.Bench;

/// <summary>A program that issues tickets over HTTP, and what was measured of it.</summary>
internal sealed class TicketService(Child process, IPEndPoint address) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public string Address { get; } = $"http://{address}";

    public LoadSamples Samples { get; } = new();

    /// <summary>The API function on Kestrel.</summary>
    public static TicketService Ours(TicketStage stage)
    {
        var address = KestrelClient.FreeEndpoint();
        return new TicketService(
            Child.Start(
                Release.Program("Functions.UploadUrl", "Functions.UploadUrl"),
                [],
                new Dictionary<string, string?>(FunctionSettings.UploadUrl)
                {
                    ["AWS_REGION"] = TicketStage.Region,
                    ["PHOTOLAMBDA_DATABASE_URL"] = stage.Database.Api,
                    ["PHOTOLAMBDA_ORIGINALS_BUCKET"] = TicketStage.Bucket,
                    ["PHOTOLAMBDA_JWT_ISSUER"] = stage.Issuer,
                    ["PHOTOLAMBDA_JWT_AUDIENCE"] = TicketStage.Audience,
                    ["PHOTOLAMBDA_JWKS_URL"] = stage.KeysUrl,
                    ["ASPNETCORE_URLS"] = $"http://{address}",
                }),
            address);
    }

    /// <summary>The service in <c>fastapi/app.py</c>, in one process of uvicorn.</summary>
    public static TicketService FastApi(TicketStage stage)
    {
        var address = KestrelClient.FreeEndpoint();
        var owner = new NpgsqlConnectionStringBuilder(stage.Database.Owner);
        return new TicketService(
            Child.StartProgram(
                Python.Program,
                [
                    "-m", "uvicorn", "--app-dir", Python.Script("fastapi"), "app:app", "--host", "127.0.0.1",
                    "--port", $"{address.Port}", "--no-access-log", "--log-level", "warning",
                    "--loop", "uvloop", "--http", "httptools",
                ],
                new Dictionary<string, string?>
                {
                    ["AWS_REGION"] = TicketStage.Region,
                    ["AWS_ACCESS_KEY_ID"] = "bench",
                    ["AWS_SECRET_ACCESS_KEY"] = "bench-secret",
                    ["BENCH_BUCKET"] = TicketStage.Bucket,
                    ["BENCH_DATABASE_URL"] =
                        $"postgresql://{owner.Username}:{owner.Password}@{owner.Host}:{owner.Port}/{owner.Database}",
                    ["BENCH_ISSUER"] = stage.Issuer,
                    ["BENCH_AUDIENCE"] = TicketStage.Audience,
                    ["BENCH_JWKS_URL"] = stage.KeysUrl,
                    ["PYTHONDONTWRITEBYTECODE"] = "1",
                }),
            address);
    }

    /// <summary>Waits for its first ticket.</summary>
    /// <exception cref="BenchException">It gives none.</exception>
    public async Task ReadyAsync(TicketStage stage, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = new Uri(Address), Timeout = Patience };
        var answer = "nothing";
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; await Task.Delay(50, cancellation))
        {
            try
            {
                using var request = Request(File.ReadLines(stage.Tokens).First().Split(' '));
                using var response = await http.SendAsync(request, cancellation);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }

                answer = $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellation)}";
            }
            catch (HttpRequestException e) when (e.InnerException is SocketException)
            {
                // Not yet.
            }
        }

        throw process.Failure($"gave no ticket; it answered {answer}");
    }

    /// <summary>Loads it for so long.</summary>
    public async Task<Load> MeasureAsync(TicketStage stage, int seconds, CancellationToken cancellation)
    {
        var before = CpuTime.Of(process.Id);
        var run = await Wrk.RunAsync(Address, stage.Tokens, seconds, cancellation);
        return run with { Cpu = (CpuTime.Of(process.Id) - before).TotalMicroseconds / run.Requests };
    }

    public void Dispose() => process.Dispose();

    private static HttpRequestMessage Request(string[] line) => new(HttpMethod.Post, "/api/v1/photos/upload-url")
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", line[0]) },
        Content = new StringContent(
            $$"""{"project_id":"{{line[1]}}","file_name":"photo.jpg","file_size":204800,"mime_type":"image/jpeg"}""",
            Encoding.UTF8,
            "application/json"),
    };
}
