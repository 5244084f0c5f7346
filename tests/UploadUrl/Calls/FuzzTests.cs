using System.Collections.Concurrent;
using System.Diagnostics;

namespace PhotoLambda.Tests;

/// <summary>Twenty thousand damaged requests: each is answered, soon, and never as a failure of the service.</summary>
public class FuzzTests(CloudFixture cloud)
{
    private const int Mutations = 20_000;
    private const int AtOnce = 8;
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task No_damaged_request_fails_or_hangs_the_service()
    {
        var seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var worlds = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => TenantWorld.CreateAsync(cloud)));
        var faults = new ConcurrentQueue<string>();
        var statuses = new ConcurrentDictionary<int, int>();
        await Task.WhenAll(worlds.Select(async (world, n) =>
        {
            var random = new Random(seed + n);
            for (var i = 0; i < Mutations / AtOnce; i++)
            {
                var call = ApiCall.All[random.Next(ApiCall.All.Count)];
                using var valid = call.ToRequest((_, name) => world[name]);
                var body = valid.Content is null ? null : await valid.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                var path = valid.RequestUri!.OriginalString;
                var state = random.Next();
                var (status, fault) = await SendAsync(world, new Random(state), valid.Method, path, body);
                // A busy machine may stop anyone for a second: what hangs does so again.
                if (fault == "hang")
                {
                    (status, fault) = await SendAsync(world, new Random(state), valid.Method, path, body);
                }

                statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
                if (fault is not null)
                {
                    faults.Enqueue($"seed {seed}: {call.Operation}, mutation {state}: {fault}");
                }
            }
        }));

        TestContext.Current.SendDiagnosticMessage(string.Join(", ", statuses.OrderBy(s => s.Key).Select(s => $"{s.Key}: {s.Value}")));
        Assert.Empty(faults);
        Assert.Equal(Mutations, statuses.Values.Sum());
        Assert.True(statuses.ContainsKey(200) && statuses.ContainsKey(400), "The requests are all alike.");
    }

    private static async Task<(int Status, string? Fault)> SendAsync(
        TenantWorld world, Random random, HttpMethod method, string path, string? body)
    {
        using var request = new RequestMutation(random).Mutate(method, path, body);
        var start = Stopwatch.GetTimestamp();
        using var response = await world.Client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var said = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var status = (int)response.StatusCode;
        return (status, status >= 500 ? $"{request} {status} {said}" : Stopwatch.GetElapsedTime(start) > Hang ? "hang" : null);
    }
}
