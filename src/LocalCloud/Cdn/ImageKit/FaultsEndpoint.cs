using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Functions;

namespace PhotoLambda.Local.Cdn;

/// <summary>
/// <c>/_local/imagekit/faults</c>: POST says how ImageKit is to fail from now on, GET how it does and how often it
/// did, DELETE or an empty object that it is to work.
/// </summary>
internal sealed class FaultsEndpoint : IDisposable
{
    private const int MaximumBody = 64 * 1_024;

    private FaultRun? _run;

    /// <summary>Null: ImageKit works.</summary>
    public FaultRun? Current => Volatile.Read(ref _run);

    public async Task HandleAsync(HttpContext http)
    {
        switch (http.Request.Method)
        {
            case "GET":
                break;
            case "DELETE":
                Set(null);
                break;
            case "POST":
                if (await SetAsync(http) is { Count: > 0 } errors)
                {
                    await ValidationProblem.WriteAsync(http, errors);
                    return;
                }

                break;
            default:
                http.Response.Headers.Allow = "GET, POST, DELETE";
                await Answer.MembersAsync(http, 405, ("message", "Faults have GET, POST and DELETE."));
                return;
        }

        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        Write(json);
        json.WriteEndObject();
    }

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

    /// <returns>What is wrong with the request; then all stays as it was.</returns>
    private async Task<SortedDictionary<string, string>> SetAsync(HttpContext http)
    {
        var reader = new FaultReader();
        if (await PayloadLimits.ReadAsync(http.Request, MaximumBody, http.RequestAborted) is not { } body)
        {
            reader.Errors["body"] = $"has more than {MaximumBody} bytes";
        }
        else if (reader.Read(body) is var settings && reader.Errors.Count == 0)
        {
            Set(settings is null ? null : new FaultRun(settings));
        }

        return reader.Errors;
    }

    private void Set(FaultRun? run) => Interlocked.Exchange(ref _run, run)?.Dispose();
}
