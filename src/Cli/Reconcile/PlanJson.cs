using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PhotoLambda.Cli.Reconcile;

/// <param name="Format">Which makes a file a plan.</param>
/// <param name="Installation">The database's name of itself.</param>
internal sealed record PlanHeader(
    [property: JsonPropertyName("photolambda_plan")] int Format,
    Guid Installation,
    string Bucket,
    string Prefix,
    double OlderThanSeconds,
    DateTimeOffset MadeAt);

/// <summary>The last line, without which a plan is not complete.</summary>
internal sealed record PlanEnd(string Action, long Differences, long Objects, long Rows, long Uploads)
{
    public const string Name = "end";
}

[JsonSerializable(typeof(PlanHeader))]
[JsonSerializable(typeof(Difference))]
[JsonSerializable(typeof(PlanEnd))]
internal sealed partial class PlanJson : JsonSerializerContext
{
    /// <summary>People read it: no letter is escaped that need not be.</summary>
    public static readonly PlanJson Readable = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
