using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.Sqs;

namespace PhotoLambda.Local.Chaos;

/// <summary>
/// <c>/_local/chaos</c>: POST says what is to go wrong from now on, GET what does and how often it did, DELETE or an
/// empty object that nothing is to.
/// </summary>
internal sealed class ChaosEndpoint(ChaosSwitch chaos, QueueService queues, LambdaService lambda)
{
    private const int MaximumBody = 64 * 1_024;

    public async Task HandleAsync(HttpContext http)
    {
        switch (http.Request.Method)
        {
            case "GET":
                break;
            case "DELETE":
                chaos.TurnOff();
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
                await Answer.MembersAsync(http, 405, ("message", "Chaos has GET, POST and DELETE."));
                return;
        }

        await ShowAsync(http);
    }

    /// <returns>What is wrong with the request; then all stays as it was.</returns>
    private async Task<SortedDictionary<string, string>> SetAsync(HttpContext http)
    {
        var reader = new ChaosReader(
            [.. queues.Queues.Select(q => q.Settings.LogicalId)],
            [.. lambda.States.Where(f => !f.Attached).Select(f => f.LogicalId)]);
        if (await PayloadLimits.ReadAsync(http.Request, MaximumBody, http.RequestAborted) is not { } body)
        {
            reader.Errors["body"] = $"has more than {MaximumBody} bytes";
        }
        else if (reader.Read(body) is { } settings)
        {
            chaos.TurnOn(settings);
        }
        else if (reader.Errors.Count == 0)
        {
            chaos.TurnOff();
        }

        return reader.Errors;
    }

    private async Task ShowAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteBoolean("on", chaos.Current is not null);
        if (chaos.Last is { } run)
        {
            Write(json, run.Settings);
            WriteDone(json, run);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ChaosSettings settings)
    {
        json.WriteNumber("seed", settings.Seed);
        if (settings.Queues is { } queues)
        {
            json.WriteStartArray("queues");
            foreach (var queue in queues)
            {
                json.WriteStringValue(queue);
            }

            json.WriteEndArray();
        }

        json.WriteNumber("duplicates", settings.Duplicates);
        json.WriteNumber("reorder", settings.Reorder);
        if (settings.Delay is { } delay)
        {
            json.WriteStartObject("delay_ms");
            json.WriteNumber("share", delay.Share);
            json.WriteNumber("most", delay.Most);
            json.WriteEndObject();
        }

        json.WriteNumber("drop_events", settings.DropEvents);
        if (settings.Kill is { } kill)
        {
            json.WriteStartObject("kill");
            json.WriteString("function", kill.Function);
            json.WriteStartArray("after_ms");
            json.WriteNumberValue(kill.Earliest);
            json.WriteNumberValue(kill.Latest);
            json.WriteEndArray();
            json.WriteNumber("times", kill.Times);
            if (kill.Share is { } share)
            {
                json.WriteNumber("share", share);
            }

            json.WriteEndObject();
        }
    }

    private static void WriteDone(Utf8JsonWriter json, ChaosRun run)
    {
        json.WriteStartObject("done");
        json.WriteNumber("messages", run[ChaosDeed.Message]);
        json.WriteNumber("duplicates", run[ChaosDeed.Duplicate]);
        json.WriteNumber("reordered", run[ChaosDeed.Reordered]);
        json.WriteNumber("delayed", run[ChaosDeed.Delayed]);
        json.WriteNumber("events", run[ChaosDeed.Event]);
        json.WriteNumber("events_dropped", run[ChaosDeed.DroppedEvent]);
        json.WriteNumber("kills", run[ChaosDeed.Kill]);
        json.WriteEndObject();
    }
}
