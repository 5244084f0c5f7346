using System.Globalization;
using System.Text;
using System.Text.Json;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Schedules;

/// <summary>What a function gets from EventBridge when its schedule is due.</summary>
internal static class ScheduledEvent
{
    public static byte[] Payload(FunctionResource function, Schedule schedule, DateTimeOffset due)
    {
        if (schedule.Input is not null)
        {
            return Encoding.UTF8.GetBytes(schedule.Input);
        }

        using var buffer = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("version", "0");
            json.WriteString("id", Guid.NewGuid());
            json.WriteString("detail-type", "Scheduled Event");
            json.WriteString("source", "aws.events");
            json.WriteString("account", CloudIdentity.AccountId);
            json.WriteString("time", due.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            json.WriteString("region", CloudIdentity.Region);
            json.WriteStartArray("resources");
            json.WriteStringValue(CloudIdentity.RuleArn($"{function.FunctionName}-{schedule.Name}"));
            json.WriteEndArray();
            json.WriteStartObject("detail");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
