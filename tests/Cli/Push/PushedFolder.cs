using System.Net;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>A folder of photos on a user's machine, and a project of an organization of its own for it.</summary>
internal sealed class PushedFolder : IDisposable
{
    private readonly CloudFixture _cloud;
    private readonly string _home = TemporaryFolder.New();

    private PushedFolder(CloudFixture cloud, ApiClient client, string project)
    {
        (_cloud, Client, Project) = (cloud, client, project);
        Directory.CreateDirectory(Folder);
        Environment = new Dictionary<string, string?>
        {
            ["PHOTOLAMBDA_DATABASE_URL"] = null,
            ["PHOTOLAMBDA_API_URL"] = cloud.Cloud.Api.AbsoluteUri,
            ["PHOTOLAMBDA_TOKEN"] = client.Http.DefaultRequestHeaders.Authorization!.Parameter,
        };
    }

    public ApiClient Client { get; }

    public string Project { get; }

    public Dictionary<string, string?> Environment { get; }

    public string Folder => Path.Combine(_home, "photos");

    public string Journal => Path.Combine(Folder, $".photolambda-push-{Project}.jsonl");

    public string RetryList => Journal + ".retry";

    public JsonElement Receipt => JsonDocument.Parse(File.ReadAllBytes(Journal + ".receipt.json")).RootElement;

    /// <param name="policy">Of the project; of the usual one with many upload URLs when null.</param>
    public static async Task<PushedFolder> NewAsync(CloudFixture cloud, object? policy = null)
    {
        var client = await cloud.NewOrganizationAsync();
        var (status, project) = await client.SendAsync(HttpMethod.Post, "/api/v1/projects", new
        {
            name = "Harbour",
            policy = policy ?? new { upload_urls_per_minute = 100_000 },
        });
        Assert.Equal(HttpStatusCode.Created, status);
        return new PushedFolder(cloud, client, project.GetProperty("id").GetString()!);
    }

    /// <summary>One of its kind.</summary>
    public static byte[] Photo(string words) => TendedBucket.Photo(words.PadRight(1024, '.'));

    /// <returns>Where it is.</returns>
    public string Add(string path, byte[]? bytes = null)
    {
        var place = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.WriteAllBytes(place, bytes ?? Photo($"{Project} {path}"));
        return place;
    }

    public void AddMany(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Add($"day {i / 100}/IMG_{i:0000}.jpg");
        }
    }

    public string Write(string name, params string[] lines)
    {
        var place = Path.Combine(_home, name);
        File.WriteAllLines(place, lines);
        return place;
    }

    public Task<(int Exit, string Output)> PushAsync(params string[] more) =>
        RunAsync([Folder, "--project", Project, .. more]);

    public Task<(int Exit, string Output)> RunAsync(params string[] arguments) =>
        CommandLine.RunInAsync(Environment, ["push", .. arguments]);

    public CommandLine Start(params string[] more) =>
        CommandLine.Start(Environment, ["push", Folder, "--project", Project, .. more]);

    /// <returns>Outcome of each path, from the receipt.</returns>
    public Dictionary<string, string> Outcomes() => Receipt.GetProperty("files").EnumerateArray().ToDictionary(
        f => f.GetProperty("path").GetString()!, f => f.GetProperty("outcome").GetString()!);

    public string Reason(string path) => Receipt.GetProperty("files").EnumerateArray()
        .Single(f => f.GetProperty("path").GetString() == path).GetProperty("reason").GetString()!;

    /// <summary>Waits until the project has so many photos, each with its object, and no other rows.</summary>
    public async Task HasPhotosAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var row = await _cloud.RowAsync("""
                select count(*), count(distinct sha256), count(*) filter (where status in ('uploaded', 'processing'))
                from photos where project_id = $1
                """, Guid.Parse(Project));
            if (row is [long all, long contents, long here] && here == count)
            {
                Assert.Equal((count, count), (all, contents));
                return;
            }

            Assert.False(limit.IsCancellationRequested, $"{string.Join(", ", row)} in place of {count}");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    public Task<object?[]> RowAsync(string columns, string fileName) => _cloud.RowAsync(
        $"select {columns} from photos where project_id = $1 and file_name = $2", Guid.Parse(Project), fileName);

    public void Dispose()
    {
        Client.Dispose();
        TemporaryFolder.Delete(_home);
    }
}
