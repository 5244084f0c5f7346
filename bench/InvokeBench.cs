namespace PhotoLambda.Bench;

/// <summary>
/// What <c>src/Lambda</c> adds to a warm HTTP request. The same request goes, in turn, to the API function through the
/// Runtime API, to the same program on Kestrel, to the least process that speaks the Runtime API, and to the
/// application without any transport.
/// </summary>
internal static class InvokeBench
{
    private const string Path = "/healthz";
    private const int WarmUpRounds = 10;
    private const int Rounds = 50;
    private const int InRound = 100;
    private const double Microseconds = 150;

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        // The function in this process reads the level from the environment.
        Environment.SetEnvironmentVariable("AWS_LAMBDA_LOG_LEVEL", "WARN");
        var program = Release.Program("Functions.UploadUrl", "Functions.UploadUrl");
        using var runtimeApi = new WireRuntimeApi();
        using var bareApi = new WireRuntimeApi();
        var address = KestrelClient.FreeEndpoint();
        using var function = Child.Start(
            program, [], FunctionSettings.With("AWS_LAMBDA_RUNTIME_API", runtimeApi.Endpoint));
        using var site = Child.Start(program, [], FunctionSettings.With("ASPNETCORE_URLS", $"http://{address}"));
        using var bare = Child.Start(
            Release.Program("Bench", "PhotoLambda.Bench"), [BareRuntime.Command, bareApi.Endpoint], FunctionSettings.UploadUrl);
        runtimeApi.Accept(function);
        bareApi.Accept(bare);
        using var kestrel = await KestrelClient.ConnectAsync(site, address, Path, cancellation);
        await using var memory = await AppInMemory.StartAsync(cancellation);

        var payload = HttpApiEvent.Get(Path);
        Measurements? measured = null;
        for (var round = -WarmUpRounds; round < Rounds; round++)
        {
            measured = round <= 0 ? new Measurements() : measured;
            cancellation.ThrowIfCancellationRequested();
            Repeat(() => measured!.Invocation.Add(runtimeApi.Invoke(payload).TotalMicroseconds));
            Repeat(() => measured!.Kestrel.Add(kestrel.Request().TotalMicroseconds));
            Repeat(() => measured!.Bare.Add(bareApi.Invoke(payload).TotalMicroseconds));
            Repeat(() => measured!.Add(memory.Invoke(payload)));
        }

        return Report(measured!);
    }

    private static void Repeat(Action action)
    {
        for (var i = 0; i < InRound; i++)
        {
            action();
        }
    }

    private static Report Report(Measurements m)
    {
        var overhead = m.Invocation.Median - m.Application.Median;
        return new Report(
            "A warm HTTP invocation through src/Lambda, microseconds",
            Samples.Columns,
            [
                m.Invocation.Row("invocation: event handed out → response posted", "0"),
                m.Kestrel.Row("the same request to the same program on Kestrel, kept connection", "0"),
                m.Bare.Row("the least process that speaks the Runtime API", "0"),
                m.Memory.Row("invocation without sockets, in one process", "0.0"),
                m.Application.Row("the application's part of it", "0.0"),
                Difference("**overhead**: invocation less application", overhead, Goal.AtMost(Microseconds, "150 p50", overhead)),
                Difference("of which not in the least process", overhead - m.Bare.Median),
            ],
            $"`GET {Path}` of Functions.UploadUrl, log level WARN, {WarmUpRounds * InRound:N0} warm-ups, "
            + $"in turns of {InRound}; differences are those of the medians");
    }

    private static string[] Difference(string name, double value, string goal = "") =>
        [name, "", "", FormattableString.Invariant($"{value:0}"), "", "", goal];

    private sealed class Measurements
    {
        public Samples Invocation { get; } = new();

        public Samples Kestrel { get; } = new();

        public Samples Bare { get; } = new();

        public Samples Memory { get; } = new();

        public Samples Application { get; } = new();

        public void Add((double Invocation, double Application) measured)
        {
            Memory.Add(measured.Invocation);
            Application.Add(measured.Application);
        }
    }
}
