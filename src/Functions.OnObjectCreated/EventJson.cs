using System.Text.Json.Serialization;

namespace PhotoLambda.OnObjectCreated;

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true, Converters = [typeof(MemoryStreamConverter)])]
[JsonSerializable(typeof(S3Event))]
[JsonSerializable(typeof(SQSEvent))]
[JsonSerializable(typeof(SQSBatchResponse))]
internal sealed partial class EventJson : JsonSerializerContext;
