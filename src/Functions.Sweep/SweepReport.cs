using System.Text.Json.Serialization;

namespace PhotoLambda.Sweep;

/// <summary>What one sweep did.</summary>
/// <param name="DeletionsFinished">Photos of which the store has nothing any more.</param>
/// <param name="DeletionsLeft">Photos whose objects could not be deleted now.</param>
/// <param name="RowsExpired">Of all tables.</param>
internal sealed record SweepReport(int DeletionsFinished, int DeletionsLeft, int RowsExpired);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SweepReport))]
internal sealed partial class SweepJson : JsonSerializerContext;
