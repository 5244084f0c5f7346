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
            Release.Program("Bench", "PhotoLambda.Bench"),
            [BareRuntime.Command, bareApi.Endpoint],
            FunctionSettings.UploadUrl);
        runtimeApi.Accept(function);
        bareApi.Accept(bare);
        using var kestrel = await KestrelClient.ConnectAsync(site, address, Path, cancellation);
        await using var memory = await AppInMemory.StartAsync(cancellation);

        var measured = Measure(runtimeApi, kestrel, bareApi, memory, cancellation);
        return new Report(
            "A warm HTTP invocation through src/Lambda, microseconds",
            Samples.Columns,
            measured.Rows(),
            $"`GET {Path}` of Functions.UploadUrl, log level WARN, {WarmUpRounds * InRound:N0} warm-ups, "
            + $"in turns of {InRound}; differences are those of the medians");
    }

    private static InvokeSamples Measure(
        WireRuntimeApi runtimeApi,
        KestrelClient kestrel,
        WireRuntimeApi bareApi,
        AppInMemory memory,
        CancellationToken cancellation)
    {
        var payload = HttpApiEvent.Get(Path);
        var measured = new InvokeSamples();
        for (var round = -WarmUpRounds; round < Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            measured = round == 0 ? new InvokeSamples() : measured;
            Repeat(() => measured.Invocation.Add(runtimeApi.Invoke(payload).TotalMicroseconds));
            Repeat(() => measured.Kestrel.Add(kestrel.Request().TotalMicroseconds));
            Repeat(() => measured.Bare.Add(bareApi.Invoke(payload).TotalMicroseconds));
            Repeat(() => measured.AddInMemory(memory.Invoke(payload)));
        }

        return measured;
    }

    private static void Repeat(Action action)
    {
        for (var i = 0; i < InRound; i++)
        {
            action();
        }
    }
}
