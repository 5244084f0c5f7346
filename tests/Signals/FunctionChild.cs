using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>A function as a process of its own, with all that it says: on Lambda, or on Kestrel.</summary>
internal sealed class FunctionChild : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private FunctionChild(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>The lines that are JSON objects.</summary>
    public IEnumerable<JsonElement> Objects =>
        _lines.Where(l => l.StartsWith('{')).Select(l => JsonDocument.Parse(l).RootElement);

    /// <summary>What the process has mapped into its memory, assemblies among it.</summary>
    public string Maps => File.ReadAllText($"/proc/{_process.Id}/maps");

    /// <returns>Of the program that was built with these tests.</returns>
    public static string PathOf(string program)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(Repository.Root, "artifacts", "bin", program, configuration, program + ".dll");
    }

    /// <param name="program">Its project's name: <c>Functions.UploadUrl</c>.</param>
    /// <param name="changes">Before the settings; null takes a variable away.</param>
    public static FunctionChild Start(
        string program, IReadOnlyDictionary<string, string?> settings, params (string Name, string? Value)[] changes)
    {
        var start = new ProcessStartInfo("dotnet", [PathOf(program)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings.Select(s => (s.Key, s.Value)).Concat(changes))
        {
            start.Environment[name] = value;
        }

        return new FunctionChild(start);
    }

    /// <summary>The function behind a Runtime API of the test's own.</summary>
    public static FunctionChild OnLambda(
        CloudFixture cloud, FakeRuntimeApi api, string name, params (string Name, string? Value)[] changes) =>
        Start("Functions." + name, cloud.Settings(name + "Function"),
            [
                ("AWS_LAMBDA_RUNTIME_API", api.Endpoint), ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
                ("AWS_LAMBDA_LOG_LEVEL", "INFO"), .. changes,
            ]);

    /// <summary>The HTTP function on Kestrel, ready to answer.</summary>
    public static async Task<(FunctionChild Function, Uri Address)> OnKestrelAsync(
        CloudFixture cloud, params (string Name, string? Value)[] changes)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var function = Start("Functions.UploadUrl", cloud.Settings("UploadUrlFunction"),
            [("AWS_LAMBDA_RUNTIME_API", null), ("ASPNETCORE_URLS", address.AbsoluteUri), .. changes]);
        using var http = new HttpClient { BaseAddress = address };
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await AnswersAsync(http))
        {
            Assert.False(function._process.HasExited, string.Join('\n', function.Lines));
            await Task.Delay(20, limit.Token);
        }

        return (function, address);
    }

    /// <summary>Waits until it has said this often enough.</summary>
    public async Task<IReadOnlyList<JsonElement>> SaysAsync(Func<JsonElement, bool> what, int times = 1)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (Objects.Count(what) < times)
        {
            Assert.False(limit.IsCancellationRequested, "It said only:\n" + string.Join('\n', Lines));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return [.. Objects.Where(what)];
    }

    /// <returns>The exit code, once it has ended by itself.</returns>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>SIGTERM, as Lambda and Docker send it; all output is there when it has ended.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        return await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync("/healthz");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Take(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
        }
    }
}
