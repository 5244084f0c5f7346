using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PhotoLambda.Cli.Push;

[JsonSerializable(typeof(ManifestLine))]
[JsonSerializable(typeof(JournalLine))]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(TicketsBody))]
[JsonSerializable(typeof(HashesBody))]
[JsonSerializable(typeof(ProjectAnswer))]
[JsonSerializable(typeof(KnownAnswer))]
[JsonSerializable(typeof(TicketsAnswer))]
[JsonSerializable(typeof(Ticket))]
[JsonSerializable(typeof(PhotoAnswer))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class PushJson : JsonSerializerContext
{
    public static readonly PushJson Lines = new(Written(isIndented: false));

    /// <summary>For people to read.</summary>
    public static readonly PushJson Pages = new(Written(isIndented: true));

    private static JsonSerializerOptions Written(bool isIndented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = isIndented,
    };
}
