using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PhotoLambda.Tests;

/// <summary>Ten tenants, each in five roles, try another's ids at every place where an id can stand.</summary>
public class TenancyMatrixTests(CloudFixture cloud)
{
    private const int Tenants = 10;

    // What a single token may: each scope alone, and none.
    private static readonly string[] Roles = ["photos:read", "photos:write", "photos:process", "projects:write", "none"];

    [Fact]
    public void Every_operation_of_the_document_has_a_call()
    {
        var document = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "openapi.json")))!;
        var documented = document["paths"]!.AsObject()
            .SelectMany(p => p.Value!.AsObject()).Select(m => m.Value!["operationId"]!.GetValue<string>());

        Assert.Equal(documented.Order(), ApiCall.All.Select(c => c.Operation).Distinct().Order());
    }

    [Fact]
    public async Task A_valid_call_of_each_operation_succeeds_for_its_owner()
    {
        using var world = await TenantWorld.CreateAsync(cloud);
        foreach (var call in ApiCall.All.Where(c => c.Operation != "completeMultipartUpload"))
        {
            using var request = call.ToRequest((_, name) => world[name]);
            using var response = await world.Client.Http.SendAsync(request, TestContext.Current.CancellationToken);
            var said = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

            Assert.True(response.IsSuccessStatusCode, $"{call.Operation}: {response.StatusCode} {said}");
        }
    }

    [Fact]
    public async Task Foreign_ids_are_answered_as_unknown_ones_are()
    {
        var worlds = await Task.WhenAll(Enumerable.Range(0, Tenants).Select(_ => TenantWorld.CreateAsync(cloud)));
        var failures = new ConcurrentQueue<string>();
        var tried = 0;
        await Parallel.ForEachAsync(
            from tenant in Enumerable.Range(0, Tenants)
            from role in Roles
            from call in ApiCall.All
            from place in Enumerable.Range(0, call.Places.Count)
            select (tenant, role, call, place),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (item, _) =>
            {
                var (mine, theirs) = (worlds[item.tenant], worlds[(item.tenant + 1) % Tenants]);
                using var http = await InRoleAsync(mine.Organization, item.role);
                var foreign = await AskAsync(http, item.call, item.place, mine, n => theirs[n]);
                var unknown = await AskAsync(http, item.call, item.place, mine, TenantWorld.Unknown);
                Interlocked.Increment(ref tried);
                if (foreign != unknown || foreign.Contains(theirs.Marker, StringComparison.Ordinal))
                {
                    failures.Enqueue($"{item.role} {item.call.Operation} {item.place}:\n{foreign}\n{unknown}");
                }
            });

        TestContext.Current.SendDiagnosticMessage($"{tried} combinations of tenant, role, route and place of an id");
        Assert.Empty(failures);
        Assert.Equal(Tenants * Roles.Length * ApiCall.All.Sum(c => c.Places.Count), tried);
        foreach (var world in worlds)
        {
            await AssertUntouchedAsync(world);
            world.Dispose();
        }
    }

    private readonly ConcurrentDictionary<string, Task<string>> _tokens = new();

    private async Task<HttpClient> InRoleAsync(string organization, string scope)
    {
        var http = new HttpClient(new ApiContract()) { BaseAddress = cloud.Cloud.Api };
        var token = await _tokens.GetOrAdd($"/_local/token?sub=eve&org={organization}&scope={scope}", async url =>
            (await http.GetFromJsonAsync<JsonElement>(url)).GetProperty("access_token").GetString()!);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    /// <returns>Status and body, without what differs from request to request.</returns>
    private static async Task<string> AskAsync(
        HttpClient http, ApiCall call, int place, TenantWorld mine, Func<string, string> other)
    {
        var sent = other(call.Places[place]);
        using var request = call.ToRequest((at, name) => at == place ? sent : mine[name]);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return LikeAnswer.Of((int)response.StatusCode, body, sent);
    }

    /// <summary>Nothing that others tried has changed a row of this world.</summary>
    private async Task AssertUntouchedAsync(TenantWorld world)
    {
        Assert.Equal(
            ["pending_upload", "processing", "failed", "pending_upload"],
            await cloud.RowAsync(
                """
                select max(status) filter (where id = $1), max(status) filter (where id = $2),
                  max(status) filter (where id = $3), max(status) filter (where id = $4)
                from photos where organization_id = $5
                """,
                Guid.Parse(world["$PENDING"]), Guid.Parse(world["$PROCESSING"]), Guid.Parse(world["$FAILED"]),
                Guid.Parse(world["$PARTS"]), world.Organization));
    }
}
