using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace PhotoLambda.Lambda;

/// <summary>
/// Reads and writes JSON by the function's own generated context and its options. The context declares each
/// event and response type with <c>[JsonSerializable(typeof(SQSEvent))]</c>; this layer's event types name their
/// members themselves, whatever naming policy the context has.
/// </summary>
/// <typeparam name="TSGContext">A partial class that the System.Text.Json source generator completes.</typeparam>
public class SourceGeneratorLambdaJsonSerializer<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TSGContext> : ILambdaSerializer
    where TSGContext : JsonSerializerContext
{
    // Only the generated Default has the options of [JsonSourceGenerationOptions]; a new context would not.
    private readonly TSGContext _context = (TSGContext)typeof(TSGContext).GetProperty("Default")!.GetValue(null)!;

    /// <exception cref="JsonException">The event is not JSON of this shape, or is the JSON value null.</exception>
    public T Deserialize<T>(Stream requestStream) => JsonSerializer.Deserialize(requestStream, TypeInfo<T>())
        ?? throw new JsonException($"The event is null where a {typeof(T).Name} is expected.");

    public void Serialize<T>(T response, Stream responseStream) =>
        JsonSerializer.Serialize(responseStream, response, TypeInfo<T>());

    private JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>?)_context.GetTypeInfo(typeof(T))
        ?? throw new InvalidOperationException(
            $"{typeof(TSGContext).Name} lacks [JsonSerializable(typeof({typeof(T).Name}))].");
}
