using System.Globalization;
using PhotoLambda.Database;
using PhotoLambda.UploadUrl.Identity;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.Tests;

/// <summary>No user gets more upload URLs in any minute than the project allows. Time passes by ageing the row.</summary>
public class RateLimitTests(CloudFixture cloud)
{
    private const string Ticket = "/api/v1/photos/upload-url";

    private string Database => cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!;

    [Fact]
    public async Task A_user_is_told_where_they_stand()
    {
        using var client = await cloud.NewOrganizationAsync();
        var request = await client.NewTicketRequestAsync(new { upload_urls_per_minute = 2 });

        var answers = new List<ApiAnswer>();
        for (var i = 0; i < 3; i++)
        {
            answers.Add(await client.PostAsync(Ticket, request));
        }

        Assert.Equal([200, 200, 429], answers.Select(a => a.Status));
        Assert.All(answers, a => Assert.Equal("2", a.Header("RateLimit-Limit")));
        Assert.Equal(["1", "0", "0"], answers.Select(a => a.Header("RateLimit-Remaining")));
        Assert.All(answers, a => Assert.InRange(Seconds(a, "RateLimit-Reset"), 55, 65));
        Assert.All(answers[..2], a => Assert.Null(a.Header("Retry-After")));
        Assert.Equal(answers[2].Header("RateLimit-Reset"), answers[2].Header("Retry-After"));
        Assert.Equal("rate-limited", answers[2].Problem);
        Assert.Equal((2, 2), (await cloud.PhotosAsync(client), await cloud.GrantedAsync(client)));
    }

    [Fact]
    public async Task The_count_is_the_users_over_all_projects()
    {
        using var client = await cloud.NewOrganizationAsync();
        var wide = await client.NewTicketRequestAsync(new { upload_urls_per_minute = 4 });
        var narrow = await client.NewTicketRequestAsync(new { upload_urls_per_minute = 2 });

        int[] ada =
        [
            (await client.PostAsync(Ticket, wide)).Status, (await client.PostAsync(Ticket, narrow)).Status,
            (await client.PostAsync(Ticket, narrow)).Status, (await client.PostAsync(Ticket, wide)).Status,
            (await client.PostAsync(Ticket, wide)).Status, (await client.PostAsync(Ticket, wide)).Status,
        ];
        await client.SignInAsync("photos:write", "grace");

        Assert.Equal([200, 200, 429, 200, 200, 429], ada);
        Assert.Equal(200, (await client.PostAsync(Ticket, narrow)).Status);
    }

    [Fact]
    public async Task A_grant_counts_until_a_whole_minute_has_passed()
    {
        using var client = await cloud.NewOrganizationAsync();
        var request = await client.NewTicketRequestAsync(new { upload_urls_per_minute = 1 });
        Assert.Equal(200, (await client.PostAsync(Ticket, request)).Status);

        // It may have been given at the very end of its slot.
        await cloud.AgeAsync(client, 12);
        var refused = await client.PostAsync(Ticket, request);
        await cloud.AgeAsync(client, 1);

        Assert.Equal(429, refused.Status);
        Assert.InRange(Seconds(refused, "Retry-After"), 1, 5);
        Assert.Equal(200, (await client.PostAsync(Ticket, request)).Status);
    }

    [Fact]
    public async Task Who_is_refused_is_told_when_as_many_are_free()
    {
        using var client = await cloud.NewOrganizationAsync();
        var request = await client.NewTicketRequestAsync();
        await client.PostAsync(Ticket, request);
        await SetAsync(client, "0,0,0,0,0,0,0,0,0,0,0,60,40");

        var one = await client.PostAsync(Ticket, request);
        var many = await client.PostAsync("/api/v1/photos/upload-urls", new { items = Enumerable.Repeat(request, 41) });

        Assert.InRange(Seconds(one, "Retry-After"), 1, 5);
        Assert.All(many.Items, i => Assert.Equal(429, i.GetProperty("status").GetInt32()));
        var waits = many.Items.Select(i => i.GetProperty("problem").GetProperty("detail").GetString()!)
            .Select(d => int.Parse(d.Split("in ")[^1].Split(' ')[0], CultureInfo.InvariantCulture)).ToArray();
        Assert.All(waits[..40], w => Assert.InRange(w, 1, 5));
        Assert.InRange(waits[40], 6, 10);
    }

    [Fact]
    public async Task A_clock_that_is_put_back_gives_nothing_away()
    {
        using var client = await cloud.NewOrganizationAsync();
        var request = await client.NewTicketRequestAsync(new { upload_urls_per_minute = 2 });
        await client.PostAsync(Ticket, request);
        await cloud.AgeAsync(client, -1000);
        var slot = await SlotAsync(client);

        Assert.Equal(200, (await client.PostAsync(Ticket, request)).Status);
        Assert.Equal(429, (await client.PostAsync(Ticket, request)).Status);
        Assert.Equal(slot, await SlotAsync(client));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_thirteen_slots_hold_more_than_the_limit(int seed)
    {
        const int Limit = 20;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        using var client = await cloud.NewOrganizationAsync();
        var request = new UploadRequest(
            Guid.Parse(await client.NewProjectAsync(new { upload_urls_per_minute = Limit })),
            "a.jpg", 2048, "image/jpeg", null, [], "normal", null);
        var caller = new Caller("ada", client.Organization, new HashSet<string>());
        await using var source = FunctionDatabase.Open(FunctionDatabase.ConnectionString("url", Database));
        var (tickets, random, aged) = (new TicketStore(source), new Random(seed), 0L);
        var grants = new List<long>();

        for (var step = 0; step < 60; step++)
        {
            var wanted = Enumerable.Range(0, random.Next(1, 12)).Select(_ => NewPhoto.Of(
                request, caller, cloud.Bucket, "c", DateTimeOffset.UtcNow, TicketSigner.Lifetime)).ToArray();
            var before = Now(aged);
            var decision = await tickets.IssueAsync(wanted, TestContext.Current.CancellationToken);
            var granted = decision.Outcomes.Count(o => o.Name == TicketOutcome.Issued);
            if (Now(aged) == before)
            {
                // The slot did not change meanwhile, so it is known what there was room for.
                Assert.Equal(Math.Min(wanted.Length, Limit - grants.Count(g => g > before - 13)), granted);
            }

            if (granted > 0)
            {
                grants.AddRange(Enumerable.Repeat((await SlotAsync(client)) + aged, granted));
            }

            Assert.All(grants, g => Assert.InRange(grants.Count(o => o >= g && o < g + 13), 1, Limit));
            var older = random.Next(0, 5);
            await cloud.AgeAsync(client, older);
            aged += older;
        }

        Assert.True(grants.Count > 3 * Limit);
    }

    [Fact]
    public async Task A_thousand_requests_at_once_get_a_hundred_tickets()
    {
        using var client = await cloud.NewOrganizationAsync();
        var request = System.Text.Json.JsonSerializer.Serialize(await client.NewTicketRequestAsync());
        var token = client.Http.DefaultRequestHeaders.Authorization!.Parameter!;
        var functions = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LoneUploadUrl.StartAsync(cloud, Database)));
        var start = DateTimeOffset.UtcNow;

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(
            i => functions[i % functions.Length].PostAsync(Ticket, token, request)));

        Assert.InRange(DateTimeOffset.UtcNow - start, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal(100, answers.Count(a => a.Status == 200));
        var refused = answers.Where(a => a.Status != 200).ToArray();
        Assert.All(refused, a => Assert.Equal((429, true), (a.Status, a.Headers.ContainsKey("Retry-After"))));
        Assert.Equal((100, 100), (await cloud.PhotosAsync(client), await cloud.GrantedAsync(client)));
        foreach (var function in functions)
        {
            await function.DisposeAsync();
        }
    }

    private static int Seconds(ApiAnswer answer, string header) =>
        int.Parse(answer.Header(header)!, CultureInfo.InvariantCulture);

    private static long Now(long aged) => (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 5000) + aged;

    private async Task<long> SlotAsync(ApiClient client) => (long)(await cloud.RowAsync(
        "select slot from rate_limits where organization_id = $1", client.Organization))[0]!;

    private Task<object?[]> SetAsync(ApiClient client, string granted) => cloud.RowAsync(
        """
        update rate_limits set granted = $2::integer[], slot = floor(extract(epoch from clock_timestamp()) / 5)
        where organization_id = $1
        """, client.Organization, $"{{{granted}}}");
}
