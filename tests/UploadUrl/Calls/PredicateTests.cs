using System.Text.RegularExpressions;

namespace PhotoLambda.Tests;

/// <summary>
/// Each statement names the organization, and row-level security stands beneath: without that predicate, in one
/// statement after the other and in all at once, nobody sees or changes a row of somebody else.
/// </summary>
public partial class PredicateTests(CloudFixture cloud)
{
    private const string AllAtOnce = "all of them";

    // A statement of the relay, which works for all: here its job is one that a statement with the predicate has made.
    private const string OfTheRelay = "update outbox set published_at = now(), attempts = attempts + 1";

    // Beside those of all operations: lists that no id narrows, a key, and a photo whose objects are deleted at once.
    private static readonly (ApiCall Call, bool IsKeyed)[] Calls =
    [
        .. ApiCall.All.Select(c => (c, false)),
        (new("listPhotos", "photos:read", HttpMethod.Get, "/api/v1/photos?taken_from=1900-01-01T00:00:00"), false),
        (new("listPhotos", "photos:read", HttpMethod.Get, "/api/v1/photos?limit=200"), false),
        (ApiCall.All.Single(c => c.Operation == "issueUploadUrls"), true),
        (new("deletePhoto", "photos:write", HttpMethod.Delete, "/api/v1/photos/$PROCESSING"), false),
    ];

    [Fact]
    public async Task Row_level_security_stands_beneath_each_predicate()
    {
        var (statements, leaks) = await RemoveEachAsync(isPrivileged: false);

        TestContext.Current.SendDiagnosticMessage($"{statements.Count} statements with a predicate");
        Assert.True(leaks.Count == 0, string.Join("\n\n", leaks.Select(l => $"{l.Key}\n{l.Value}")));
        Assert.True(statements.Count >= 15, $"{statements.Count}");
    }

    [Fact]
    public async Task Without_row_level_security_the_predicates_are_missed()
    {
        var (statements, leaks) = await RemoveEachAsync(isPrivileged: true);

        TestContext.Current.SendDiagnosticMessage(
            $"{leaks.Count} of {statements.Count + 1} leak: all at once, or one, but not\n"
            + string.Join("\n", statements.Where(s => !leaks.ContainsKey(s))));
        Assert.Contains(AllAtOnce, leaks.Keys);
        Assert.True(leaks.Count * 3 >= statements.Count * 2, $"{leaks.Count} of {statements.Count}");
    }

    [Fact]
    public async Task With_each_predicate_nobody_needs_row_level_security()
    {
        await using var api = await RewrittenApi.StartAsync(cloud, isPrivileged: true);
        using var mine = await TenantWorld.CreateAsync(cloud);
        using var theirs = await WorldAsync();

        Assert.Null(await LeakAsync(api, Calls, mine, theirs));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_upload_that_cannot_begin_takes_its_own_key_along(bool isPrivileged)
    {
        await using var api = await RewrittenApi.StartAsync(
            cloud, isPrivileged, ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"));
        using var mine = await TenantWorld.CreateAsync(cloud);
        using var theirs = await TenantWorld.CreateAsync(cloud);
        var call = ApiCall.All.Single(c => c.Operation == "createMultipartUpload");
        await SucceedAsync(theirs, call, mine.Marker);
        var before = await cloud.RowsOfAsync(theirs.Organization);
        api.Rewrite = text => Predicate.Replace(text, "true");

        var (answer, statements) = await api.SendAsync(mine, call, (_, name) => mine[name], mine.Marker);

        Assert.Equal(503, answer.Status);
        Assert.Contains(statements, s => s.Contains("delete from idempotency_keys", StringComparison.Ordinal));
        Assert.Equal(isPrivileged, before != await cloud.RowsOfAsync(theirs.Organization));
    }

    /// <returns>The statements that have a predicate; and what leaked without it, by statement.</returns>
    private async Task<(IReadOnlyList<string> Statements, IReadOnlyDictionary<string, string> Leaks)> RemoveEachAsync(
        bool isPrivileged)
    {
        await using var api = await RewrittenApi.StartAsync(cloud, isPrivileged);
        using var mine = await TenantWorld.CreateAsync(cloud);
        var users = await StatementsAsync(api);
        var leaks = new Dictionary<string, string>();
        var theirs = await WorldAsync();
        foreach (var statement in users.Keys.Append(AllAtOnce))
        {
            api.Rewrite = text => text == statement || statement == AllAtOnce ? Predicate.Replace(text, "true") : text;
            if (await LeakAsync(api, statement == AllAtOnce ? Calls : users[statement], mine, theirs) is { } leak)
            {
                leaks.Add(statement, leak);
                // What was leaked may also be lost: the next one gets a fresh victim.
                theirs.Dispose();
                theirs = await WorldAsync();
            }
        }

        theirs.Dispose();

        return ([.. users.Keys], leaks);
    }

    /// <summary>One whose photos tell when they were taken, and whose used ticket has expired.</summary>
    private async Task<TenantWorld> WorldAsync()
    {
        var world = await TenantWorld.CreateAsync(cloud);
        await cloud.RowAsync(
            """
            update photos set taken_at = localtimestamp,
              expires_at = case when id = $2 then now() - interval '1 hour' else expires_at end
            where organization_id = $1
            """,
            world.Organization, Guid.Parse(world["$PROCESSING"]));
        return world;
    }

    /// <returns>The statements that name the organization, as all have to, with the calls that send them.</returns>
    private async Task<Dictionary<string, List<(ApiCall Call, bool IsKeyed)>>> StatementsAsync(RewrittenApi api)
    {
        using var world = await WorldAsync();
        var users = new Dictionary<string, List<(ApiCall Call, bool IsKeyed)>>();
        foreach (var call in Calls)
        {
            var key = call.IsKeyed ? world.Marker : null;
            var (_, statements) = await api.SendAsync(world, call.Call, (_, name) => world[name], key);
            foreach (var text in statements.Where(IsOfTenants))
            {
                Assert.True(Predicate.IsMatch(text), $"{call.Call.Operation} names no organization: {text}");
                (users.TryGetValue(text, out var calls) ? calls : users[text] = []).Add(call);
            }
        }

        return users;
    }

    /// <returns>How a call of mine shows or changes something of theirs; null when none does.</returns>
    private async Task<string?> LeakAsync(
        RewrittenApi api, IReadOnlyList<(ApiCall Call, bool IsKeyed)> calls, TenantWorld mine, TenantWorld theirs)
    {
        foreach (var (call, isKeyed) in calls)
        {
            // The same user has this key there too.
            var key = isKeyed ? Guid.NewGuid().ToString() : null;
            if (isKeyed)
            {
                await SucceedAsync(theirs, call, key!);
            }

            var before = await cloud.RowsOfAsync(theirs.Organization);
            for (var place = 0; place < Math.Max(call.Places.Count, 1); place++)
            {
                var once = place == 0 ? key : null;
                var foreign = await AskAsync(api, call, place, mine, n => theirs[n], once);
                // Where no id stands, the answer is what it is with the predicate.
                var rewrite = api.Rewrite;
                api.Rewrite = call.Places.Count > 0 ? rewrite : text => text;
                var unknown = await AskAsync(api, call, place, mine, TenantWorld.Unknown, null);
                api.Rewrite = rewrite;
                if (foreign != unknown || foreign.Contains(theirs.Marker, StringComparison.Ordinal))
                {
                    return $"{call.Operation} {place}:\n{foreign}\n{unknown}";
                }
            }

            if (await cloud.RowsOfAsync(theirs.Organization) is var after && after != before)
            {
                return $"{call.Operation}:\n{before}\n{after}";
            }
        }

        return null;
    }

    private static async Task SucceedAsync(TenantWorld world, ApiCall call, string key)
    {
        using var request = call.ToRequest((_, name) => world[name]);
        request.Headers.Add("Idempotency-Key", key);
        using var response = await world.Client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode);
    }

    private static async Task<string> AskAsync(
        RewrittenApi api, ApiCall call, int place, TenantWorld mine, Func<string, string> other, string? key)
    {
        var sent = call.Places.Count > 0 ? other(call.Places[place]) : mine.Organization;
        var (answer, _) = await api.SendAsync(mine, call, (at, name) => at == place ? sent : mine[name], key);
        return LikeAnswer.Of(answer.Status, answer.Body, sent);
    }

    private static bool IsOfTenants(string statement) =>
        TenantTable.IsMatch(statement) && !statement.Contains(OfTheRelay, StringComparison.Ordinal);

    [GeneratedRegex(@"\b([a-z]\.)?organization_id = \$\d+")]
    private static partial Regex Predicate { get; }

    [GeneratedRegex(
        @"\b(from|join|into|update)\s+(organizations|projects|photos|photo_events|outbox|deletions|idempotency_keys"
        + @"|rate_limits)\b|\b(from|join|update)\s+ingest_(batches|parts|rejects)\b")]
    private static partial Regex TenantTable { get; }
}
