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
    public Task HandleAsync(HttpContext http) => SwitchEndpoint.HandleAsync(http, "Chaos has", Read, Set, Show);

    private (ChaosSettings? Settings, SortedDictionary<string, string> Errors) Read(byte[] body)
    {
        var reader = new ChaosReader(
            [.. queues.Queues.Select(q => q.Settings.LogicalId)],
            [.. lambda.States.Where(f => !f.Attached).Select(f => f.LogicalId)]);
        return (reader.Read(body), reader.Errors);
    }

    private void Set(ChaosSettings? settings)
    {
        if (settings is null)
        {
            chaos.TurnOff();
        }
        else
        {
            chaos.TurnOn(settings);
        }
    }

    private void Show(Utf8JsonWriter json)
    {
        json.WriteBoolean("on", chaos.Current is not null);
        if (chaos.Last is { } run)
        {
            Write(json, run.Settings);
            WriteDone(json, run);
        }
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
