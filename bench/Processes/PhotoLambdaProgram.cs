using System.Diagnostics;
using System.Globalization;
using PhotoLambda.Local;

namespace PhotoLambda.Bench;

/// <summary><c>photolambda reconcile</c> as an administrator runs it.</summary>
internal sealed class PhotoLambdaProgram(LosablePhotos photos, string database)
{
    /// <param name="expected">The exit code; null: any.</param>
    /// <exception cref="BenchException">It ended otherwise.</exception>
    public async Task<(double Seconds, double Megabytes)> RunAsync(int? expected, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Release.Program("Cli", "photolambda"), "reconcile", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PHOTOLAMBDA_DATABASE_URL"] = database;
        start.Environment["PHOTOLAMBDA_OBJECT_CREATED_QUEUE_URL"] = photos.Queue;
        start.Environment["AWS_ENDPOINT_URL"] = photos.Store.AbsoluteUri;
        start.Environment["AWS_REGION"] = CloudIdentity.Region;
        start.Environment["AWS_ACCESS_KEY_ID"] = CloudIdentity.AccessKeyId;
        start.Environment["AWS_SECRET_ACCESS_KEY"] = CloudIdentity.SecretAccessKey;
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var most = 0.0;
        while (!output.IsCompleted)
        {
            most = Math.Max(most, MostMegabytes(process.Id));
            await Task.WhenAny(output, Task.Delay(20));
        }

        await process.WaitForExitAsync();
        return expected is null || process.ExitCode == expected
            ? (clock.Elapsed.TotalSeconds, most)
            : throw new BenchException($"photolambda ended with {process.ExitCode}: {string.Concat(await output)}");
    }

    // VmHWM, proc_pid_status(5).
    private static double MostMegabytes(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/status")
                .FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null
                ? 0
                : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
                    * 1024 / 1_000_000;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
