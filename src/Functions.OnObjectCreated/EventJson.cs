using System.Text.Json.Serialization;

namespace PhotoLambda.OnObjectCreated;

[JsonSerializable(typeof(S3Event))]
[JsonSerializable(typeof(SQSEvent))]
[JsonSerializable(typeof(SQSBatchResponse))]
internal sealed partial class EventJson : JsonSerializerContext;
