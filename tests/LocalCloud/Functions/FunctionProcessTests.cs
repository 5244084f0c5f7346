using System.Diagnostics;

namespace PhotoLambda.Tests;

/// <summary>Functions as real child processes.</summary>
public class FunctionProcessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_answers_one_event_after_the_other()
    {
        await using var function = await ShellFunction.StartAsync(Token);

        Assert.Equal("""{"a":1}""", await function.AskAsync("""{"a":1}""", Token));
        var pid = await function.AskAsync("\"pid\"", Token);

        Assert.Equal(pid, await function.AskAsync("\"pid\"", Token));
        Assert.Equal((1, 0, 3L, 0L), (function.Host.State.Instances, function.Host.State.Waiting,
            function.Host.State.Invocations, function.Host.State.Errors));
        Assert.Contains(function.Lines, l => l.StartsWith("Shell: started ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("JSON", "WARN", 1)]
    [InlineData("JSON", "INFO", 2)]
    [InlineData("Text", "WARN", 2)]
    public async Task A_line_without_a_level_counts_as_INFO(string format, string level, int expected)
    {
        const string Lines = """echo '{"_aws":{},"Requests":1}'; echo '{"level":"ERROR","message":"bad"}'""";
        await using var function = await ShellFunction.StartAsync(
            Token, ShellFunction.Resource() with { LogFormat = format, ApplicationLogLevel = level }, Lines);

        await function.AskAsync("1", Token);

        // The pipe may be slower than the answer, but keeps the order of the lines.
        Assert.True(SpinWait.SpinUntil(
            () => function.Lines.Any(l => l.Contains("bad", StringComparison.Ordinal)), TimeSpan.FromSeconds(10)));
        Assert.Equal(expected, function.Lines.Count(l => l.StartsWith("Shell: {", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_process_sees_the_environment_of_lambda_alone()
    {
        Environment.SetEnvironmentVariable("PHOTOLAMBDA_TEST_SECRET", "of the developer");
        await using var function = await ShellFunction.StartAsync(Token);

        var environment = (await function.AskAsync("\"env\"", Token)).Trim('"').Split(';');

        Assert.DoesNotContain(environment, v => v.StartsWith("PHOTOLAMBDA_TEST_SECRET", StringComparison.Ordinal));
        Assert.Superset(
            new HashSet<string>
            {
                "OWN=value", "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1", "AWS_ACCESS_KEY_ID=local-Shell",
                "AWS_ENDPOINT_URL=http://127.0.0.1:4566", "_HANDLER=bootstrap",
                "AWS_LAMBDA_FUNCTION_NAME=shell", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128", "AWS_LAMBDA_LOG_FORMAT=Text",
                "AWS_LAMBDA_FUNCTION_VERSION=$LATEST", "AWS_EXECUTION_ENV=AWS_Lambda_dotnet10", "TZ=:UTC",
            },
            environment.ToHashSet());
    }

    [Fact]
    public async Task An_event_over_time_is_ended_by_killing_the_process()
    {
        await using var function = await ShellFunction.StartAsync(Token, ShellFunction.Resource(timeout: 2));
        var pid = int.Parse((await function.AskAsync("\"pid\"", Token)).Trim('"'), null);

        var answer = await function.AskAsync("\"hang\"", Token);

        Assert.StartsWith("Unhandled {\"errorType\":\"Sandbox.Timedout\"", answer, StringComparison.Ordinal);
        Assert.EndsWith("Error: Task timed out after 2.00 seconds\"}", answer, StringComparison.Ordinal);
        Assert.NotEqual(pid.ToString(), (await function.AskAsync("\"pid\"", Token)).Trim('"'));
        await Until(() => !Exists(pid));
        Assert.Contains("timed out", function.Host.State.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crash_fails_its_event_and_the_next_gets_a_new_process()
    {
        await using var function = await ShellFunction.StartAsync(Token);

        var answer = await function.AskAsync("\"crash\"", Token);

        Assert.StartsWith("Unhandled {\"errorType\":\"Runtime.ExitError\"", answer, StringComparison.Ordinal);
        Assert.Contains("Runtime exited with error: exit status 3", answer, StringComparison.Ordinal);
        Assert.Equal("2", await function.AskAsync("2", Token));
        Assert.Equal((2L, 1L), (function.Host.State.Invocations, function.Host.State.Errors));
    }

    [Fact]
    public async Task An_error_is_the_functions_own()
    {
        await using var function = await ShellFunction.StartAsync(Token);

        Assert.Equal(
            """Unhandled {"errorType":"Function.Bad","errorMessage":"as told"}""",
            await function.AskAsync("\"error\"", Token));
        Assert.Equal("Function.Bad: as told", function.Host.State.LastError);
    }

    [Fact]
    public async Task Two_events_at_once_run_in_two_processes()
    {
        await using var function = await ShellFunction.StartAsync(Token, ShellFunction.Resource(concurrency: 2));

        // Each waits until the other is there.
        var pids = await Task.WhenAll(function.AskAsync("\"meet\"", Token), function.AskAsync("\"meet\"", Token));

        Assert.NotEqual(pids[0], pids[1]);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => function.AskAsync($"{i}", Token)));
        Assert.Equal(2, function.Host.State.Instances);
    }

    [Fact]
    public async Task A_start_that_fails_is_the_answer_and_is_not_tried_in_a_loop()
    {
        const string init = """
            curl -sS -o /dev/null -d '{"errorType":"Init.Bad","errorMessage":"no database"}' "$runtime/init/error"
            exit 1
            """;
        await using var function = await ShellFunction.StartAsync(Token, init: init);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(
                """Unhandled {"errorType":"Init.Bad","errorMessage":"no database"}""",
                await function.AskAsync("1", Token));
        }

        Assert.Equal(3, function.Lines.Count(l => l.StartsWith("Shell: started", StringComparison.Ordinal)));
        function.Write(ShellFunction.NoInit);
        Assert.Equal("1", await function.AskAsync("1", Token));
    }

    [Fact]
    public async Task A_start_that_takes_too_long_is_killed()
    {
        await using var function = await ShellFunction.StartAsync(
            Token, init: "sleep 600", initBudget: TimeSpan.FromMilliseconds(300));

        var answer = await function.AskAsync("1", Token);

        Assert.Contains("The runtime did not ask for an event within 0.30 seconds", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_ends_at_once_is_reported()
    {
        await using var function = await ShellFunction.StartAsync(Token, init: "exit 9");
        Assert.Contains(
            "Runtime exited with error: exit status 9", await function.AskAsync("1", Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "echo 'the license ended' >&2; exit 3",
        "ended with exit code 3 before it asked for an event; its last words: the license ended")]
    [InlineData(
        @"printf 'Unhandled exception. Oh: no\n   at A.B()\n   at C.D()\nAborted\n' >&2; exit 134",
        "ended with exit code 134 before it asked for an event; its last words: Unhandled exception. Oh: no")]
    public async Task A_program_that_ends_at_once_is_shown_with_(string init, string line)
    {
        await using var function = await ShellFunction.StartAsync(Token, init: init);

        await function.AskAsync("1", Token);

        Assert.Contains($"Shell: {line}", function.Lines);
        Assert.Single(function.Lines, l => l.Contains("its last words", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_program_that_cannot_be_run_is_reported()
    {
        await using var function = await ShellFunction.StartAsync(Token);
        File.Delete(function.Write(ShellFunction.NoInit));
        Assert.StartsWith(
            "Unhandled {\"errorType\":\"Runtime.", await function.AskAsync("1", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_extension_is_told_of_the_end()
    {
        const string init = """
            curl -sS -o /dev/null -D ext.$$ -H 'Lambda-Extension-Name: internal' -d '{"events":[]}' \
              "$api/2020-01-01/extension/register"
            id=$(grep -i '^lambda-extension-identifier' ext.$$ | tr -d '\r' | cut -d' ' -f2)
            curl -sS -o /dev/null -H "Lambda-Extension-Identifier: $id" "$api/2020-01-01/extension/event/next" &
            trap 'echo "goodbye"; exit 0' TERM
            """;
        var function = await ShellFunction.StartAsync(Token, init: init);
        await function.AskAsync("1", Token);

        await function.DisposeAsync();

        Assert.Contains("Shell: goodbye", function.Lines);
    }

    [Fact]
    public async Task Disposing_ends_every_process_and_every_event()
    {
        var function = await ShellFunction.StartAsync(Token, ShellFunction.Resource(concurrency: 1));
        var pid = int.Parse((await function.AskAsync("\"pid\"", Token)).Trim('"'), null);
        var (running, waiting) = (function.AskAsync("\"hang\"", Token), function.AskAsync("1", Token));

        await function.DisposeAsync();

        Assert.False(Exists(pid));
        Assert.Contains("The local cloud is stopping", await running, StringComparison.Ordinal);
        Assert.Contains("The local cloud is stopping", await waiting, StringComparison.Ordinal);
        Assert.Contains("The local cloud is stopping", await function.AskAsync("1", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_process_outlives_a_killed_local_cloud()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "asks the Linux kernel");
        var folder = Directory.CreateTempSubdirectory("killed-").FullName;
        var report = Path.Combine(folder, "report");
        var tests = typeof(FunctionProcessTests).Assembly.Location;
        var start = new ProcessStartInfo(
            PhotoLambda.Local.Functions.Programs.DotNet(),
            [tests, "-explicit", "only", "-method", $"*.{nameof(Local_cloud_to_be_killed)}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PHOTOLAMBDA_TEST_REPORT"] = report, ["TMPDIR"] = folder },
        };
        CloudFixture.MakeChild(start);
        using var cloud = Process.Start(start)!;
        _ = cloud.StandardOutput.ReadToEndAsync(Token);
        _ = cloud.StandardError.ReadToEndAsync(Token);
        await Until(() => File.Exists(report) || cloud.HasExited);
        var pid = int.Parse(await File.ReadAllTextAsync(report, Token), null);
        Assert.True(Exists(pid));

        cloud.Kill(entireProcessTree: false);

        await Until(() => !Exists(pid));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Runs in a process of its own, for the test above.</summary>
    [Fact(Explicit = true)]
    public async Task Local_cloud_to_be_killed()
    {
        var report = Environment.GetEnvironmentVariable("PHOTOLAMBDA_TEST_REPORT");
        Assert.SkipWhen(report is null, "started by No_process_outlives_a_killed_local_cloud");
        // The function is busy, not asking for events: it does not notice by itself that its local cloud has gone.
        var function = await ShellFunction.StartAsync(Token, ShellFunction.Resource(timeout: 600));
        var pid = (await function.AskAsync("\"pid\"", Token)).Trim('"');
        _ = function.AskAsync("\"freeze\"", Token);
        await Until(() => function.Host.State.Busy == 1);
        await File.WriteAllTextAsync(report + ".new", pid, Token);
        File.Move(report + ".new", report, overwrite: true);
        await Task.Delay(Timeout.Infinite, Token);
    }

    private static bool Exists(int pid) =>
        // A zombie has ended; it only waits to be asked for its exit code.
        File.Exists($"/proc/{pid}/stat")
        && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);

    private static async Task Until(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }
}
