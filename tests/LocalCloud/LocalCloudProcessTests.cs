using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>What a developer meets: the start, the demo, mistakes, Ctrl-C.</summary>
public sealed class LocalCloudProcessTests : IDisposable
{
    private readonly string _folder = TemporaryFolder.New();

    [Fact]
    [AnyFlavor]
    public async Task The_demo_walks_the_photo_to_the_end_and_goes_on_running()
    {
        using var cloud = await LocalCloudProcess.StartReadyAsync(_folder, "--demo", "--with-detector");

        await cloud.SaysAsync("6. The photo, with what the detector found");
        await cloud.SaysAsync("bits_per_byte");
        Assert.Contains("\"camera_make\": \"PhotoLambda\"", cloud.Output);
        using var http = new HttpClient();
        using var ready = await http.GetAsync(new Uri(cloud.Api, "/readyz"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        using var state = JsonDocument.Parse(await http.GetStringAsync(
            new Uri(cloud.Api, "/_local/state"), TestContext.Current.CancellationToken));
        // The photo, and the thumbnail that its camera put into it.
        Assert.Equal([1, 1], state.RootElement.GetProperty("buckets").EnumerateArray()
            .Select(b => b.GetProperty("objects").GetInt32()));

        cloud.Interrupt();
        Assert.Equal(0, await cloud.EndAsync());
        Assert.Contains("stopping", cloud.Output);
        Assert.DoesNotContain("ended with exit code", cloud.Output);
        Assert.DoesNotContain(LocalCloudProcess.Running(_folder), c => true);
    }

    [Fact]
    [AnyFlavor]
    public async Task The_walk_of_the_README_goes_as_it_is_printed()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "curl is not installed: apt-get install curl");
        using var cloud = await LocalCloudProcess.StartReadyAsync(_folder);
        var readme = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "README.md"), TestContext.Current.CancellationToken);
        var script = readme.Split("```bash\n")[1].Split("```")[0]
            .Replace("http://127.0.0.1:8080", cloud.Api.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal)
            .Replace("/tmp/photo.json", Path.Combine(_folder, "photo.json"), StringComparison.Ordinal);
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Repository.Root,
        })!;

        var lines = (await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n');

        Assert.Equal(3, lines.Length);
        Assert.StartsWith("{\"upload_id\":", lines[0]);
        Assert.Equal("200", lines[1]);
        Assert.Contains("\"status\":\"processing\"", lines[2]);
        Assert.Contains("\"camera_model\":\"Example Camera\"", lines[2]);
    }

    [Fact]
    public async Task A_port_in_use_is_a_message_with_what_to_do()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        using var cloud = LocalCloudProcess.Start("--port", $"{port}", "--cloud-port", "0", "--data", _folder);

        Assert.Equal(1, await cloud.EndAsync());
        Assert.Contains(
            $"error: Port {port} is in use. Stop the program that listens there, or choose another port with --port.",
            cloud.Output);
        Assert.DoesNotContain("   at ", cloud.Output);
    }

    [Fact]
    public async Task A_broken_template_is_a_message_with_its_line()
    {
        var template = Path.Combine(_folder, "template.yaml");
        const string text = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties:\n      DelaySeconds: soon\n";
        await File.WriteAllTextAsync(template, text, TestContext.Current.CancellationToken);
        using var cloud = LocalCloudProcess.Start("--port", "0", "--cloud-port", "0", "--template", template);

        Assert.Equal(1, await cloud.EndAsync());
        Assert.Contains("template.yaml", cloud.Output);
        Assert.Contains("5", cloud.Output);
        Assert.Contains("DelaySeconds", cloud.Output);
        Assert.DoesNotContain("   at ", cloud.Output);
    }

    [Fact]
    public async Task A_function_that_was_not_built_is_a_message_with_the_command()
    {
        File.Copy(Path.Combine(Repository.Root, "template.yaml"), Path.Combine(_folder, "template.yaml"));
        using var cloud = LocalCloudProcess.Start(
            "--port", "0", "--cloud-port", "0", "--template", Path.Combine(_folder, "template.yaml"));

        Assert.Equal(1, await cloud.EndAsync());
        Assert.Contains("Functions.UploadUrl.dll is missing. Run 'dotnet build'", cloud.Output);
        Assert.DoesNotContain("   at ", cloud.Output);
    }

    [Theory]
    [InlineData("--port must be from 0 to 65535; it was 70000.", "--port", "70000")]
    [InlineData("--parameter must be Name=Value; it was 'x'.", "--parameter", "x")]
    [InlineData("--parameter LogLevel is given twice.", "--parameter", "LogLevel=INFO", "--parameter", "LogLevel=WARN")]
    [InlineData("the template has no parameter 'Nothing'", "--parameter", "Nothing=1")]
    [InlineData("--attach Nobody: the template has no such function", "--attach", "Nobody")]
    public async Task A_wrong_option_is_a_message(string message, params string[] arguments)
    {
        using var cloud = LocalCloudProcess.Start(
            [.. arguments, "--cloud-port", "0", "--data", _folder, .. FreePort(arguments)]);

        Assert.Equal(1, await cloud.EndAsync());
        Assert.Contains(message, cloud.Output);
        Assert.DoesNotContain("   at ", cloud.Output);
    }

    [Fact]
    public async Task Two_local_clouds_do_not_share_a_data_folder()
    {
        using var first = await LocalCloudProcess.StartReadyAsync(_folder);
        using var second = LocalCloudProcess.Start("--port", "0", "--cloud-port", "0", "--data", _folder);

        Assert.Equal(1, await second.EndAsync());
        Assert.Contains("is used by another local cloud", second.Output);
    }

    public void Dispose() => TemporaryFolder.Delete(_folder);

    private static string[] FreePort(string[] arguments) => arguments.Contains("--port") ? [] : ["--port", "0"];
}
