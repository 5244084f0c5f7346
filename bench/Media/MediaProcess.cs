using System.Diagnostics;
using System.Globalization;
using PhotoLambda.Local;

namespace PhotoLambda.Bench;

/// <summary>A process that uploads to the local store, ours or the AWS command line's.</summary>
internal sealed class MediaProcess(Uri store)
{
    private static readonly string[] Programs = ["/usr/bin/aws", "aws"];

    /// <returns>Null where the AWS command line is not on the machine.</returns>
    public static async Task<string?> FindAwsAsync(CancellationToken cancellation)
    {
        foreach (var program in Programs)
        {
            var version = await Local.Postgres.Command.RunAsync("/", [program, "--version"], cancellation);
            if (version.Succeeded)
            {
                return program;
            }
        }

        return null;
    }

    /// <returns>Seconds of the process and of the uploads alone, and its memory in MB before and at most.</returns>
    public async Task<(double Process, double Uploads, double Before, double Most)> RunOursAsync(
        string key, string what, CancellationToken cancellation)
    {
        var (seconds, output) = await RunAsync(
            "dotnet", [Release.Program("Bench", "PhotoLambda.Bench"), MediaUploads.Command, key, what], cancellation);
        var numbers = output.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return (seconds, numbers[0], numbers[1], numbers[2]);
    }

    /// <returns>Seconds of the process.</returns>
    public async Task<double> RunAwsAsync(
        string program, string folder, string key, CancellationToken cancellation) =>
        (await RunAsync(
            program,
            [
                "--endpoint-url", store.AbsoluteUri, "s3", "cp", "--recursive", "--only-show-errors", folder,
                $"s3://{MediaUploads.Bucket}/{key}/",
            ],
            cancellation)).Seconds;

    /// <exception cref="BenchException">It failed.</exception>
    private async Task<(double Seconds, string Output)> RunAsync(
        string program, string[] arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AWS_ENDPOINT_URL"] = store.AbsoluteUri;
        start.Environment["AWS_REGION"] = CloudIdentity.Region;
        start.Environment["AWS_DEFAULT_REGION"] = CloudIdentity.Region;
        start.Environment["AWS_ACCESS_KEY_ID"] = CloudIdentity.AccessKeyId;
        start.Environment["AWS_SECRET_ACCESS_KEY"] = CloudIdentity.SecretAccessKey;
        start.Environment["AWS_CONFIG_FILE"] = "/dev/null";
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        // As the functions run, by template.yaml and their projects.
        start.Environment["DOTNET_GCgen0size"] = "200000";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode == 0
            ? (clock.Elapsed.TotalSeconds, (await output).Trim())
            : throw new BenchException($"{program} ended with {process.ExitCode}: {await output}{await errors}");
    }
}
