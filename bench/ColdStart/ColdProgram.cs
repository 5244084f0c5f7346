using System.Diagnostics;

namespace PhotoLambda.Bench;

/// <summary>One published program, started once in each round.</summary>
internal sealed class ColdProgram(
    ColdStage stage, ColdFunction function, ColdFlavour flavour, string folder, string name)
{
    public ColdSamples Samples { get; } = new(function, name);

    /// <param name="warmUp">Further invocations before those that count as warm; 0: no further ones at all.</param>
    public async Task StartAsync(bool counts, int warmUp, int warm, CancellationToken cancellation)
    {
        var first = await function.NextAsync();
        var assembly = Path.GetFileName(function.Project);
        var (file, arguments) = flavour.Command(folder, assembly);
        using var runtimeApi = new WireRuntimeApi();
        var environment = stage.EnvironmentOf(function, runtimeApi.Endpoint);

        var start = Stopwatch.GetTimestamp();
        using var process = Child.StartProgram(file, arguments, environment);
        runtimeApi.Accept(process);
        var asked = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        var (_, response) = runtimeApi.Exchange(first.Payload);
        var answered = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        var cpu = ProcessClock.Of(process.Id).TotalMilliseconds;
        var resident = ResidentMemory.Of(process.Id).Most;
        await CheckAsync(first, response, process);
        if (counts)
        {
            Samples.Next.Add(asked);
            Samples.Response.Add(answered);
            Samples.Cpu.Add(cpu);
            Samples.Resident.Add(resident);
        }

        for (var i = -warmUp; warmUp > 0 && i < warm; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var next = await function.NextAsync();
            runtimeApi.AwaitNext();
            (var time, response) = runtimeApi.Exchange(next.Payload);
            if (i >= 0)
            {
                Samples.Warm.Add(time.TotalMicroseconds);
            }

            await CheckAsync(next, response, process);
        }
    }

    private async Task CheckAsync(ColdEvent made, byte[] response, Child process)
    {
        try
        {
            await made.CheckAsync(response);
        }
        catch (BenchException e)
        {
            throw process.Failure($"as {name}: {e.Message}");
        }
    }
}
