using System.Text.Json.Serialization;

namespace PhotoLambda.Local.Cdn;

/// <summary>A key whose signatures open the distribution.</summary>
/// <param name="Pem">The public half.</param>
internal sealed record ViewerKey(string Id, string Pem);

/// <param name="Reference">The caller's own, so that a request sent twice is one.</param>
internal sealed record Invalidation(
    string Id, string DistributionId, string Reference, IReadOnlyList<string> Paths, DateTimeOffset Created);

/// <summary>One line of the journal; the member that is not null tells what happened.</summary>
internal sealed record CloudFrontRecord(ViewerKey? Key = null, Invalidation? Invalidation = null);

[JsonSerializable(typeof(CloudFrontRecord))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class CloudFrontJson : JsonSerializerContext;
