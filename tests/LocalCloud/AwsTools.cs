using System.Diagnostics;
using PhotoLambda.Local;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Tests;

/// <summary>
/// The AWS command line and boto3, with their default settings, as the machine has them or as Debian packages them:
/// root installs what is missing, once for the whole run; anyone else skips the test and is told how.
/// </summary>
internal static class AwsTools
{
    private const string Install = "apt-get install -y --no-install-recommends awscli python3-boto3";

    // The list of packages of a fresh machine is empty or old; then, and only then, it is fetched.
    private const string Script = $"export DEBIAN_FRONTEND=noninteractive; {Install} || {{ apt-get update && {Install}; }}";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly Lazy<Task<string>> Installation = new(InstallAsync);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <returns>What <c>aws --endpoint-url …</c> printed.</returns>
    public static async Task<string> AwsAsync(string endpoint, params string[] arguments) =>
        await RunAsync(await HaveAsync("aws", "--version"), ["--endpoint-url", endpoint, .. arguments]);

    /// <returns>What the script, whose <c>sys.argv[1]</c> is the endpoint, printed.</returns>
    public static async Task<string> Boto3Async(string endpoint, string script, string input = "") =>
        await RunAsync(await HaveAsync("python3", "-c", "import boto3"), ["-c", script, endpoint], input);

    /// <returns>The program that passes the check; installed if need be.</returns>
    private static async Task<string> HaveAsync(string name, params string[] check)
    {
        if (await FindAsync(name, check) is { } found)
        {
            return found;
        }

        var trouble = await Installation.Value;
        found = await FindAsync(name, check);
        Missing.SkipUnless(found is not null, $"'{name} {string.Join(' ', check)}' does not run here. {trouble}");
        return found;
    }

    // Another Python may come first in the PATH than the one that Debian's packages belong to.
    private static async Task<string?> FindAsync(string name, string[] check)
    {
        foreach (var program in new[] { name, $"/usr/bin/{name}" })
        {
            if ((await Command.RunAsync("/", [program, .. check], Cancellation)).Succeeded)
            {
                return program;
            }
        }

        return null;
    }

    /// <returns>Empty, or what to do.</returns>
    private static async Task<string> InstallAsync()
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/apt-get"))
        {
            return $"To have it: {Install}";
        }

        TestContext.Current.AddWarning($"Installed for this test, with root's rights: {Install}");
        using var limit = new CancellationTokenSource(Patience);
        var apt = await Command.RunAsync("/", ["sh", "-c", Script], limit.Token);
        return apt.Succeeded ? "" : $"Installing it failed: {apt.Output}";
    }

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
