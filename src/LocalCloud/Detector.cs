using System.Diagnostics;
using PhotoLambda.Local.Functions;

namespace PhotoLambda.Local;

/// <summary>The demo detector of <c>examples/Detector</c>, as a process of its own.</summary>
internal sealed class Detector : IAsyncDisposable
{
    private readonly ProcessLauncher _launcher;
    private readonly FunctionProcess _process;

    private Detector(ProcessLauncher launcher, FunctionProcess process) => (_launcher, _process) = (launcher, process);

    /// <exception cref="LocalCloudException">It has not been built, or the template has no detection queue.</exception>
    public static async Task<Detector> StartAsync(LocalCloud cloud, string repository, Action<string> say)
    {
        var queue = cloud.Stack.Outputs.GetValueOrDefault("DetectionQueueUrl") ?? throw new LocalCloudException(
            "--with-detector: the template has no output DetectionQueueUrl that names the queue to read.");
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.Combine(repository, "artifacts", "bin", "Detector", configuration, "Detector.dll");
        if (!File.Exists(program))
        {
            throw new LocalCloudException($"--with-detector: {program} is missing. Run 'dotnet build' to make it.");
        }

        var start = new ProcessStartInfo(Programs.DotNet(), [program]);
        start.Environment["PHOTOLAMBDA_API_URL"] = cloud.Api.AbsoluteUri;
        start.Environment["PHOTOLAMBDA_DETECTION_QUEUE_URL"] = queue;
        start.Environment["AWS_ENDPOINT_URL"] = cloud.Cloud.AbsoluteUri;
        start.Environment["AWS_REGION"] = CloudIdentity.Region;
        start.Environment["AWS_ACCESS_KEY_ID"] = CloudIdentity.AccessKeyId;
        start.Environment["AWS_SECRET_ACCESS_KEY"] = CloudIdentity.SecretAccessKey;
        var launcher = new ProcessLauncher();
        var process = await FunctionProcess.StartAsync(launcher, start, (line, _) => say($"[detector] {line}"));
        return new Detector(launcher, process);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync(politely: false);
        _process.Dispose();
        _launcher.Dispose();
    }
}
