using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>Twenty thousand damaged requests: each is answered, soon, and never as a failure of the service.</summary>
public class FuzzTests(CloudFixture cloud)
{
    private const int Mutations = 20_000;
    private const int InOneWorld = 400;
    private const int AtOnce = 8;
    private const string Hung = "hang";
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task No_damaged_request_fails_or_hangs_the_service()
    {
        var seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var faults = new ConcurrentQueue<string>();
        var answers = new ConcurrentDictionary<string, int>();
        var chunks = Enumerable.Range(0, Mutations / InOneWorld);
        await Parallel.ForEachAsync(chunks, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (n, _) =>
        {
            // Some of the requests are good, and in the end nothing is left of a world to try them on.
            using var world = await TenantWorld.CreateAsync(cloud);
            using var http = NewClient(world);
            var random = new Random(seed + n);
            for (var i = 0; i < InOneWorld; i++)
            {
                var call = ApiCall.All[random.Next(ApiCall.All.Count)];
                var state = random.Next();
                var (answer, fault) = await SendAsync(http, world, call, state);
                // A busy machine may stop anyone for a second: what hangs does so again.
                if (fault == Hung)
                {
                    (answer, fault) = await SendAsync(http, world, call, state);
                }

                answers.AddOrUpdate(answer, 1, (_, count) => count + 1);
                if (fault is not null)
                {
                    faults.Enqueue($"seed {seed}: {call.Operation}, mutation {state}: {fault}");
                }
            }
        });

        TestContext.Current.SendDiagnosticMessage(
            string.Join(", ", answers.OrderBy(s => s.Key).Select(s => $"{s.Key}: {s.Value}")));
        Assert.True(faults.IsEmpty, string.Join('\n', faults.Take(20)));
        Assert.Equal(Mutations, answers.Values.Sum());
    }

    // Headers go out as they are, whatever bytes they have.
    private static HttpClient NewClient(TenantWorld world) => new(
        new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1, AllowAutoRedirect = false })
    {
        BaseAddress = world.Client.Http.BaseAddress,
        DefaultRequestHeaders = { Authorization = world.Client.Http.DefaultRequestHeaders.Authorization },
    };

    /// <returns>Status and type of problem; and what is wrong with the answer.</returns>
    private static async Task<(string Answer, string? Fault)> SendAsync(
        HttpClient http, TenantWorld world, ApiCall call, int state)
    {
        using var request = new RequestMutation(new Random(state)).Mutate(call, world);
        var start = Stopwatch.GetTimestamp();
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var said = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var hung = Stopwatch.GetElapsedTime(start) > Hang;
        var status = (int)response.StatusCode;
        var type = response.Content.Headers.ContentType?.MediaType;
        var problem = said.Length > 0 && type == "application/problem+json"
            ? " " + JsonDocument.Parse(said).RootElement.GetProperty("type").GetString()!.Split(':')[^1] : "";
        // What no server takes for HTTP does not get as far as the API.
        var unlike = (status != 400 || said.Length > 0)
            && ApiContract.Find(request.Method, request.RequestUri!.AbsolutePath) is { } operation
            ? ApiContract.Check(operation, status, type, said).FirstOrDefault() : null;
        return ($"{status}{problem}", status >= 500 ? $"{request} {said}" : unlike ?? (hung ? Hung : null));
    }
}
