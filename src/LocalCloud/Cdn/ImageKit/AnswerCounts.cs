using System.Collections.Concurrent;
using System.Text.Json;

namespace PhotoLambda.Local.Cdn;

/// <summary>How often each kind of call was answered how, since the local cloud started.</summary>
internal sealed class AnswerCounts
{
    private readonly ConcurrentDictionary<(string Call, string Answer), int> _counts = new();

    /// <param name="answer">A status, or the kind of fault that left none.</param>
    public void Count(string call, string answer) => _counts.AddOrUpdate((call, answer), 1, (_, count) => count + 1);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("answers");
        foreach (var call in ImageKitCall.All)
        {
            json.WriteStartObject(call);
            foreach (var ((_, answer), count) in _counts.Where(c => c.Key.Call == call).OrderBy(c => c.Key.Answer))
            {
                json.WriteNumber(answer, count);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
