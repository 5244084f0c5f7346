using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Tests;

/// <summary>The samples that are commands, in C# and for curl: run as a person would run them.</summary>
public sealed class CommandSampleTests(CloudFixture cloud) : IDisposable
{
    private readonly string _folder = TemporaryFolder.New();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => TemporaryFolder.Delete(_folder);

    [Theory]
    [InlineData("csharp")]
    [InlineData("curl")]
    public async Task A_command_uploads_and_may_be_run_again(string sample)
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = await client.NewProjectAsync();
        var file = await WriteAsync("a \"quoted\" name.JPG");

        var first = await RunAsync(sample, client, file, project, "IDEMPOTENCY_KEY=harbour-1");
        var again = await RunAsync(sample, client, file, project, "IDEMPOTENCY_KEY=harbour-1");

        Assert.True(first.Succeeded, first.Output);
        Assert.True(again.Succeeded, again.Output);
        var row = await cloud.RowAsync(
            "select count(*), min(id::text), min(file_name) from photos where project_id = $1", Guid.Parse(project));
        Assert.Equal([1L, Path.GetFileName(file)], [row[0], row[2]]);
        Assert.Contains((string)row[1]!, first.Output);
        Assert.Contains((string)row[1]!, again.Output);
    }

    [Theory]
    [InlineData("csharp")]
    [InlineData("curl")]
    public async Task A_command_shows_the_problem(string sample)
    {
        using var client = await cloud.NewOrganizationAsync();

        var run = await RunAsync(sample, client, await WriteAsync("photo.jpg"), Guid.NewGuid().ToString());

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("urn:photolambda:problem:project-not-found", run.Output);
    }

    [Theory]
    [InlineData("csharp")]
    [InlineData("curl")]
    public async Task A_command_says_why_a_photo_failed(string sample)
    {
        using var client = await cloud.NewOrganizationAsync();

        var run = await RunAsync(sample, client, await WriteAsync("photo.png"), await client.NewProjectAsync());

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("type_mismatch", run.Output);
    }

    [Theory]
    [InlineData("csharp")]
    [InlineData("curl")]
    public async Task A_command_gives_up_where_nobody_listens(string sample)
    {
        using var client = await cloud.NewOrganizationAsync();

        var run = await RunAsync(
            sample, client, await WriteAsync("photo.jpg"), Guid.NewGuid().ToString(), "API=http://127.0.0.1:1");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("127.0.0.1", run.Output);
    }

    [Theory]
    [InlineData("csharp")]
    [InlineData("curl")]
    public async Task A_command_without_its_file_says_how_it_is_used(string sample)
    {
        using var client = await cloud.NewOrganizationAsync();

        var run = await RunAsync(sample, client, Path.Combine(_folder, "none.jpg"), Guid.NewGuid().ToString());

        Assert.Equal(2, run.ExitCode);
    }

    private async Task<Command> RunAsync(
        string sample, ApiClient client, string file, string project, params string[] variables)
    {
        string[] program = ["dotnet", Path.Combine(Artifacts("Upload"), "Upload.dll")];
        if (sample == "curl")
        {
            var curl = await Command.RunAsync(_folder, ["curl", "--version"], Cancel);
            Missing.SkipUnless(curl.Succeeded, "curl is not there: install it to run its sample");
            program = ["sh", Path.Combine(Repository.Root, "examples", "curl", "upload.sh")];
        }

        var token = client.Http.DefaultRequestHeaders.Authorization!.Parameter;
        return await Command.RunAsync(_folder,
            ["env", $"API={cloud.Cloud.Api}", $"TOKEN={token}", .. variables, .. program, file, project], Cancel);
    }

    private async Task<string> WriteAsync(string name)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllBytesAsync(path, ImageBuilder.Jpeg(length: 2048), Cancel);
        return path;
    }

    // Beside the tests' own: artifacts/bin/(project)/(configuration).
    private static string Artifacts(string project) => Path.Combine(
        Repository.Root, "artifacts", "bin", project,
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)));
}
