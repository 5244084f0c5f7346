using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Cdn;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.S3;
using PhotoLambda.Local.Schedules;
using PhotoLambda.Local.Sqs;

namespace PhotoLambda.Local;

/// <summary><c>GET /_local/state</c>: what is where at this moment.</summary>
internal sealed class StateEndpoint(
    LambdaService lambda,
    QueueService queues,
    ObjectStore store,
    IReadOnlyList<RunningSchedule> schedules,
    LocalCdn cdn)
{
    public async Task HandleAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        WriteFunctions(json);
        WriteQueues(json);
        WriteBuckets(json);
        WriteSchedules(json);
        cdn.WriteState(json);
        json.WriteEndObject();
    }

    private void WriteFunctions(Utf8JsonWriter json)
    {
        json.WriteStartArray("functions");
        foreach (var state in lambda.States)
        {
            json.WriteStartObject();
            json.WriteString("logical_id", state.LogicalId);
            json.WriteString("name", state.FunctionName);
            json.WriteBoolean("attached", state.Attached);
            json.WriteNumber("instances", state.Instances);
            json.WriteNumber("busy", state.Busy);
            json.WriteNumber("waiting", state.Waiting);
            json.WriteNumber("invocations", state.Invocations);
            json.WriteNumber("errors", state.Errors);
            json.WriteString("last_error", state.LastError);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteQueues(Utf8JsonWriter json)
    {
        json.WriteStartArray("queues");
        foreach (var queue in queues.Queues)
        {
            var counts = queue.Counts();
            json.WriteStartObject();
            json.WriteString("name", queue.Name);
            json.WriteString("url", queue.Url);
            json.WriteNumber("visible", counts.Visible);
            json.WriteNumber("in_flight", counts.InFlight);
            json.WriteNumber("delayed", counts.Delayed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteBuckets(Utf8JsonWriter json)
    {
        json.WriteStartArray("buckets");
        foreach (var bucket in store.Counts())
        {
            json.WriteStartObject();
            json.WriteString("name", bucket.Name);
            json.WriteNumber("objects", bucket.Objects);
            json.WriteNumber("bytes", bucket.Bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteSchedules(Utf8JsonWriter json)
    {
        json.WriteStartArray("schedules");
        foreach (var schedule in schedules)
        {
            json.WriteStartObject();
            json.WriteString("function", schedule.Function);
            json.WriteString("name", schedule.Schedule.Name);
            json.WriteString("expression", schedule.Schedule.Expression);
            json.WriteBoolean("enabled", schedule.Schedule.Enabled);
            json.WriteString("next_due", schedule.NextDue?.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("last_fired", schedule.LastFired?.ToString("O", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
