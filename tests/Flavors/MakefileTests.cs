using System.Text.Json;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Tests;

/// <summary>What <c>sam build</c> runs. Compiling natively takes minutes: <c>./build.sh aot</c> does it.</summary>
public sealed class MakefileTests : IDisposable
{
    private readonly string _folder = TemporaryFolder.New();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => TemporaryFolder.Delete(_folder);

    [Fact]
    public async Task A_portable_function_is_built_and_answers()
    {
        var artifacts = Path.Combine(_folder, "SweepFunction");

        var made = await MakeAsync("build-SweepFunction", $"ARTIFACTS_DIR={artifacts}");

        Assert.True(made.Succeeded, made.Output);
        Assert.Matches(@"SweepFunction, portable: [1-5]\.\d MB \(Npgsql\.dll \d", made.Output);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(artifacts), f => Path.GetExtension(f) is ".pdb" or ".xml" or ".so" or "");
        // To be started at all, each function must have its program.
        foreach (var other in new[] { "UploadUrl", "OnObjectCreated", "BulkIngest", "PublishToCdn" })
        {
            Directory.CreateSymbolicLink(
                Path.Combine(_folder, other + "Function"),
                Path.GetDirectoryName(FunctionChild.PathOf("Functions." + other))!);
        }

        using var cloud = await LocalCloudProcess.StartReadyAsync(
            Path.Combine(_folder, "data"), "--functions", _folder);
        using var http = new HttpClient { BaseAddress = cloud.Api };
        using var fired = await http.PostAsync("/_local/schedules/SweepFunction", null, Stop);
        Assert.True(fired.IsSuccessStatusCode);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await SweepsAsync(http, limit.Token) == 0)
        {
            await Task.Delay(20, limit.Token);
        }
    }

    [Theory]
    [InlineData("FLAVOR must be portable, readytorun or aot; it was 'fast'", "FLAVOR=fast")]
    [InlineData("FLAVOR must be portable, readytorun or aot; it was ''", "FLAVOR=")]
    [InlineData("ARCH must be arm64 or x86_64; it was 'sparc'", "ARCH=sparc")]
    [InlineData("FLAVOR=aot for ARCH=arm64 is compiled on Linux-arm64, and this is Linux-x86_64",
        "FLAVOR=aot", "ARCH=arm64", "HERE=Linux-x86_64")]
    [InlineData("ARTIFACTS_DIR is not set", "ARTIFACTS_DIR=")]
    [InlineData("build-NightFunction: there is no folder src/Functions.Night", "build-NightFunction")]
    public async Task A_wrong_parameter_is_refused(string message, params string[] arguments)
    {
        var made = await MakeAsync([.. arguments.Contains("build-NightFunction") ? [] : Sweep, .. arguments]);

        Assert.Equal(2, made.ExitCode);
        Assert.Contains(message, made.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_for_a_newer_C_library_than_Lambdas_is_refused()
    {
        await DebianProgram.HaveAsync("binutils", "readelf", "--version");
        var program = $"PROGRAM={Environment.ProcessPath}";

        var good = await MakeAsync("check-glibc", program);
        var bad = await MakeAsync("check-glibc", program, "GLIBC=2.1");

        Assert.True(good.Succeeded, good.Output);
        Assert.Equal(2, bad.ExitCode);
        Assert.Contains("and Lambda has GLIBC_2.1: build it in a container", bad.Output, StringComparison.Ordinal);
    }

    private static string[] Sweep => ["build-SweepFunction"];

    /// <returns>How often the function has run without an error.</returns>
    private static async Task<long> SweepsAsync(HttpClient cloud, CancellationToken cancellation)
    {
        using var state = JsonDocument.Parse(await cloud.GetStringAsync("/_local/state", cancellation));
        var sweep = state.RootElement.GetProperty("functions").EnumerateArray()
            .Single(f => f.GetRawText().Contains("SweepFunction", StringComparison.Ordinal));
        Assert.Equal(0, sweep.GetProperty("errors").GetInt64());
        return sweep.GetProperty("invocations").GetInt64();
    }

    private async Task<Command> MakeAsync(params string[] arguments)
    {
        var make = await DebianProgram.HaveAsync("make", "make", "--version");
        // Compilers and nodes that stay would be left behind; a flavor may be set in the developer's environment.
        string[] line =
        [
            "env", "-u", "FLAVOR", "-u", "ARCH", "MSBUILDDISABLENODEREUSE=1", "UseSharedCompilation=false",
            // The build that made these tests has seen to the style.
            "RunAnalyzers=false", "LC_ALL=C", make, "--no-print-directory", $"ARTIFACTS_DIR={_folder}", .. arguments,
        ];
        return await Command.RunAsync(Repository.Root, line, Stop);
    }
}
