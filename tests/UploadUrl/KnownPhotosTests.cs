using System.Security.Cryptography;

namespace PhotoLambda.Tests;

/// <summary>Asking by hash which files are there.</summary>
[AnyFlavor]
public class KnownPhotosTests(CloudFixture cloud)
{
    private const string Check = "/api/v1/photos/check";

    [Fact]
    public async Task Files_that_are_there_are_known_by_their_hash()
    {
        using var client = await cloud.NewOrganizationAsync();
        using var others = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        string[] statuses = ["uploaded", "processing", "completed", "pending_upload", "failed"];
        var hashes = statuses.Select(_ => NewHash()).ToArray();
        var ids = new List<Guid>();
        foreach (var (status, hash) in statuses.Zip(hashes))
        {
            ids.Add(await NewPhotoAsync(client, project, hash, status));
        }

        await NewPhotoAsync(client, project, hashes[0], "completed");
        var foreign = NewHash();
        await NewPhotoAsync(others, await others.NewProjectAsync(), foreign, "completed");

        string[] asked = [foreign, .. hashes, hashes[0].ToLowerInvariant(), NewHash()];
        var answer = await client.PostAsync(Check, new { sha256 = asked });

        Assert.Equal(asked, answer.Items.Select(i => i.GetProperty("sha256").GetString()));
        Assert.Equal([false, true, true, true, false, false, true, false],
            answer.Items.Select(i => i.GetProperty("known").GetBoolean()));
        Assert.Equal([null, $"{ids[0]}", $"{ids[1]}", $"{ids[2]}", null, null, $"{ids[0]}", null],
            answer.Items.Select(i => i.GetProperty("photo_id").GetString()));
        Assert.Equal([null, "uploaded", "processing", "completed", null, null, "uploaded", null],
            answer.Items.Select(i => i.GetProperty("status").GetString()));
        Assert.Equal(project, answer.Items[1].GetProperty("project_id").GetString());
    }

    [Fact]
    public async Task A_check_can_ask_of_one_project()
    {
        using var client = await cloud.NewOrganizationAsync();
        var (here, there, hash) = (await client.NewProjectAsync(), await client.NewProjectAsync(), NewHash());
        await NewPhotoAsync(client, there, hash, "completed");
        var id = await NewPhotoAsync(client, here, hash, "completed");

        foreach (var (project, expected) in new[] { (here, $"{id}"), ($"{Guid.NewGuid()}", null) })
        {
            var answer = await client.PostAsync(Check, new { sha256 = (string[])[hash], project_id = project });
            Assert.Equal(expected, Assert.Single(answer.Items).GetProperty("photo_id").GetString());
        }
    }

    [Fact]
    public async Task A_check_takes_a_thousand_hashes()
    {
        using var client = await cloud.NewOrganizationAsync();
        var hashes = Enumerable.Range(0, 1000).Select(_ => NewHash()).ToArray();

        var answer = await client.PostAsync(Check, new { sha256 = hashes });

        Assert.Equal(200, answer.Status);
        Assert.All(answer.Items, i => Assert.False(i.GetProperty("known").GetBoolean()));
        Assert.Equal(1000, answer.Items.Length);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"sha256":[]}""")]
    [InlineData("""{"sha256":["abc"]}""")]
    [InlineData("""{"sha256":[null]}""")]
    [InlineData(null)]
    public async Task A_check_has_1_to_1000_hashes(string? json)
    {
        using var client = await cloud.NewOrganizationAsync();
        var many = $"\"{NewHash()}\"";

        var answer = await client.PostAsync(
            Check, json ?? $$"""{"sha256":[{{string.Join(',', Enumerable.Repeat(many, 1001))}}]}""");

        var error = Assert.Single(answer.Json.GetProperty("errors").EnumerateArray());
        Assert.Equal((400, "sha256"), (answer.Status, error.GetProperty("field").GetString()));
        Assert.Contains("1 to 1000, each 64 hexadecimal digits", error.GetProperty("limit").GetString());
    }

    private static string NewHash() => Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    private async Task<Guid> NewPhotoAsync(ApiClient client, string project, string sha256, string status)
    {
        var ticket = await client.NewTicketAsync(project, new byte[2048], sha256: sha256);
        var id = ticket.GetProperty("photo_id").GetGuid();
        await cloud.RowAsync("update photos set status = $2 where id = $1", id, status);
        return id;
    }
}
