using System.Collections.Concurrent;
using PhotoLambda.Local.Chaos;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>
/// A function that is a shell script: it speaks the Runtime API with curl, and does what the event tells it.
/// </summary>
internal sealed class ShellFunction : IAsyncDisposable
{
    private const string Head = """
        #!/bin/bash
        api="http://$AWS_LAMBDA_RUNTIME_API"
        runtime="$api/2018-06-01/runtime"
        echo "started $$ by $PPID"
        """;

    /// <summary>Before the first event; a test may put something else there.</summary>
    public const string NoInit = ":";

    private const string Loop = """
        while true; do
          # In the background, since a trap waits for a program in the foreground.
          curl -sS -D "headers.$$" -o "event.$$" "$runtime/invocation/next" & wait $! || exit 0
          event=$(<"event.$$")
          while IFS=': ' read -r name value; do
            case "${name,,}" in lambda-runtime-aws-request-id) id="${value%$'\r'}";; esac
          done < "headers.$$"
          answer="$event"
          case "$event" in
            '"crash"') exit 3;;
            '"hang"') sleep 600;;
            '"freeze"') read -rt 600 <> <(:);;
            '"pid"') answer="\"$$\"";;
            '"env"') answer="\"$(env | sort | tr '\n"' ';_')\"";;
            '"meet"') touch "here.$$"; while [ $(ls here.* | wc -l) -lt 2 ]; do sleep 0.02; done; answer="\"$$\"";;
            '"error"')
              curl -sS -o /dev/null -H 'Lambda-Runtime-Function-Error-Type: Function.Bad' \
                -d '{"errorType":"Function.Bad","errorMessage":"as told"}' "$runtime/invocation/$id/error"
              continue;;
          esac
          curl -sS -o /dev/null -d "$answer" "$runtime/invocation/$id/response"
        done
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("shell-function-").FullName;
    private LambdaService _lambda = null!;

    public ConcurrentQueue<string> Lines { get; } = [];

    public LambdaService Lambda => _lambda;

    public FunctionHost Host => _lambda["Shell"];

    public static FunctionResource Resource(int timeout = 20, int? concurrency = null) => new(
        "Shell", "shell", "bootstrap", ".", timeout, 128, concurrency,
        new Dictionary<string, string> { ["OWN"] = "value" },
        [], [], 2, null);

    public static async Task<ShellFunction> StartAsync(
        CancellationToken cancellation, FunctionResource? resource = null, string init = NoInit,
        TimeSpan? initBudget = null, ChaosSwitch? chaos = null)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs bash");
        Assert.SkipUnless(File.Exists("/bin/bash") && Programs.Find("curl") is not null, "needs bash and curl");
        var function = new ShellFunction();
        var program = function.Write(init);
        var options = new LambdaOptions(
            new Uri("http://127.0.0.1:4566"), _ => program, (id, line) => function.Lines.Enqueue($"{id}: {line}"))
        {
            InitBudget = initBudget ?? TimeSpan.FromSeconds(30),
            Chaos = chaos ?? new ChaosSwitch(),
        };
        function._lambda = await LambdaService.StartAsync([resource ?? Resource()], options, cancellation);
        return function;
    }

    /// <returns>The script's path.</returns>
    public string Write(string init)
    {
        var path = Path.Combine(_folder, "bootstrap");
        File.WriteAllText(path + ".new", $"{Head}\n{init}\n{Loop}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                path + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    public async Task<string> AskAsync(string json, CancellationToken cancellation)
    {
        var result = await Host.InvokeAsync(System.Text.Encoding.UTF8.GetBytes(json), cancellation);
        var payload = System.Text.Encoding.UTF8.GetString(result.Payload.Span);
        return result.Succeeded ? payload : $"{result.FunctionError} {payload}";
    }

    public async ValueTask DisposeAsync()
    {
        await _lambda.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
