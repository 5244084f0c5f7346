using System.Diagnostics;
using PhotoLambda.Local;

namespace PhotoLambda.Tests;

/// <summary>
/// The AWS command line and boto3, with their default settings, as the machine has them or as Debian packages them:
/// root installs what is missing, once for the whole run; anyone else skips the test and is told how.
/// </summary>
internal static class AwsTools
{
    private const string Packages = "awscli python3-boto3";

    /// <summary>The beginning of a script that sets <c>now</c>, in Unix time, for botocore to sign with.</summary>
    // The clock of a version is one of two functions.
    public const string Clock = """
        import datetime, json, os, sys
        os.environ['BOTO_DISABLE_CRT'] = 'true'
        import botocore.auth

        now = None

        class Clock(datetime.datetime):
            @classmethod
            def utcnow(cls):
                return datetime.datetime.fromtimestamp(now, datetime.timezone.utc).replace(tzinfo=None)

        class Module:
            datetime = Clock

        botocore.auth.datetime = Module
        botocore.auth.get_current_datetime = lambda *args, **kwargs: Clock.utcnow()

        """ + "\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <returns>What <c>aws --endpoint-url …</c> printed.</returns>
    public static async Task<string> AwsAsync(string endpoint, params string[] arguments) =>
        await RunAsync(
            await DebianProgram.HaveAsync(Packages, "aws", "--version"), ["--endpoint-url", endpoint, .. arguments]);

    /// <returns>What the script, whose <c>sys.argv[1]</c> is the endpoint, printed.</returns>
    public static async Task<string> Boto3Async(string endpoint, string script, string input = "") =>
        await RunAsync(
            await DebianProgram.HaveAsync(Packages, "python3", "-c", "import boto3"), ["-c", script, endpoint], input);

    private static async Task<string> RunAsync(string program, string[] arguments, string input = "")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AWS_ACCESS_KEY_ID"] = CloudIdentity.AccessKeyId;
        start.Environment["AWS_SECRET_ACCESS_KEY"] = CloudIdentity.SecretAccessKey;
        start.Environment["AWS_DEFAULT_REGION"] = CloudIdentity.Region;
        start.Environment["AWS_CONFIG_FILE"] = "/dev/null";
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.Environment["PYTHONUTF8"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        var errors = process.StandardError.ReadToEndAsync(Cancellation);
        await process.StandardInput.WriteAsync(input.AsMemory(), Cancellation);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Cancellation);
        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }
}
