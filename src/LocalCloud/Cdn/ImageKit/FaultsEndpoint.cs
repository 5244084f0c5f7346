using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.Cdn;

/// <summary>
/// <c>/_local/imagekit/faults</c>: POST says how ImageKit is to fail from now on, GET how it does and how often it
/// did, DELETE or an empty object that it is to work.
/// </summary>
internal sealed class FaultsEndpoint : IDisposable
{
    private FaultRun? _run;

    /// <summary>Null: ImageKit works.</summary>
    public FaultRun? Current => Volatile.Read(ref _run);

    public Task HandleAsync(HttpContext http) => SwitchEndpoint.HandleAsync<FaultSettings>(
        http, "Faults have", Read, settings => Set(settings is null ? null : new FaultRun(settings)), Write);

    /// <summary>The members of an object that says what is in force.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteBoolean("on", Current is not null);
        if (Current is not { Settings: var settings } run)
        {
            return;
        }

        json.WriteNumber("seed", settings.Seed);
        json.WriteNumber("share", settings.Share);
        json.WriteString("kind", settings.Kind.ToString().ToLowerInvariant());
        json.WriteNumber("status", settings.Status);
        json.WriteString("calls", settings.Calls ?? "all");
        json.WriteString("when", settings.AnswerOnly ? "after" : "before");
        if (settings.RetryAfterSeconds is { } seconds)
        {
            json.WriteNumber("retry_after_seconds", seconds);
        }

        if (settings.RateLimitResetMs is { } milliseconds)
        {
            json.WriteNumber("rate_limit_reset_ms", milliseconds);
        }

        if (settings.Times is { } times)
        {
            json.WriteNumber("times", times);
        }

        json.WriteNumber("done", run.Done);
    }

    public void Dispose() => Set(null);

    private static (FaultSettings? Settings, SortedDictionary<string, string> Errors) Read(byte[] body)
    {
        var reader = new FaultReader();
        return (reader.Read(body), reader.Errors);
    }

    private void Set(FaultRun? run) => Interlocked.Exchange(ref _run, run)?.Dispose();
}
