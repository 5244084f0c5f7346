using System.Text.Json.Serialization;

namespace PhotoLambda.PublishToCdn;

[JsonSerializable(typeof(SQSEvent))]
[JsonSerializable(typeof(SQSBatchResponse))]
internal sealed partial class CdnJson : JsonSerializerContext;
