using System.Text.Json.Serialization;

namespace PhotoLambda.PublishToCdn;

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, Converters = [typeof(MemoryStreamConverter)])]
[JsonSerializable(typeof(SQSEvent))]
[JsonSerializable(typeof(SQSBatchResponse))]
internal sealed partial class CdnJson : JsonSerializerContext;
